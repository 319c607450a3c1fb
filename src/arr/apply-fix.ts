/** Does in the Arr what the doctor proposed, when somebody asked for it. */
import type {ArrPort} from './api/port.ts'
import type {ArrFix} from './doctor.ts'

export function applyFix(port: ArrPort, fix: ArrFix, signal?: AbortSignal): Promise<void> {
  switch (fix.what) {
    case 'handling':
      return port.changeDownloadHandling(fix.change, signal)
    case 'media':
      return port.changeMediaManagement(fix.change, signal)
    case 'client':
      return port.changeDownloadClient(fix.id, fix.change, signal)
    case 'indexer':
      return port.rejectBlocklisted(fix.id, fix.rejectsBlocklisted, signal)
  }
}
