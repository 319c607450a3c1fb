/** Does in the Arr what the doctor proposed, when somebody asked for it. */
import {CommodarrError} from '#model/errors.ts'
import type {ArrPort} from './api/port.ts'
import type {ArrFix} from './doctor-finding.ts'

/** @throws {CommodarrError} arr_busy; what the Arr refused, or what ails it */
export function applyFix(port: ArrPort, fix: ArrFix, signal?: AbortSignal): Promise<void> {
  switch (fix.what) {
    case 'handling':
      return port.changeDownloadHandling(fix.change, signal)
    case 'media':
      return port.changeMediaManagement(fix.change, signal)
    case 'client':
      return changeClient(port, fix, signal)
    case 'indexer':
      return port.rejectBlocklisted(fix.id, fix.rejectsBlocklisted, signal)
  }
}

/** An Arr sees only what lies under the category that its client has now: what is under way would leave its queue. */
async function changeClient(
  port: ArrPort,
  {id, name, change}: Extract<ArrFix, {what: 'client'}>,
  signal?: AbortSignal,
): Promise<void> {
  if (change.category !== undefined) {
    const rows = await port.queue(signal)
    const underWay = new Set(
      rows.filter(({client}) => client === name).map((row) => row.downloadId ?? row.id),
    )
    if (underWay.size > 0) {
      throw new CommodarrError(
        'arr_busy',
        `The Arr has downloads of ${name} in its queue (${underWay.size}), and would lose sight of them. Ask again when it has none.`,
      )
    }
  }
  await port.changeDownloadClient(id, change, signal)
}
