/** One setting of an Arr that will hurt, and what is changed about it. */
import type {ArrClientChange, DownloadHandling, MediaManagement} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ArrPort} from './api/port.ts'
import type {ArrSetup} from './discover.ts'

type DoctorCode =
  | 'completed_handling_off'
  | 'no_search_after_failure'
  | 'client_removes_completed'
  | 'client_removes_failed'
  | 'client_adds_stopped'
  | 'hard_links_off'
  | 'blocklisted_not_rejected'
  | 'no_torrent_client'
  | 'client_without_category'
  | 'category_after_import'
  | 'category_not_ours'
  | 'category_of_another'
  | 'category_shared'
  | 'server_not_here'
  | 'mapping_contradicts'
  | 'import_path_wrong'
  | 'root_folder_unreachable'
  | 'root_folder_full'
  | 'no_root_folder'
  | 'downloads_not_seen'
  | 'indexers_down'
  | 'url_base_missing'

/** What is changed in the Arr when somebody asks for it. */
export type ArrFix =
  | {readonly what: 'handling'; readonly change: Partial<DownloadHandling>}
  | {readonly what: 'media'; readonly change: Partial<MediaManagement>}
  | {readonly what: 'client'; readonly id: number; readonly name: string; readonly change: ArrClientChange}
  | {readonly what: 'indexer'; readonly id: number; readonly rejectsBlocklisted: boolean}

export interface DoctorFinding {
  readonly code: DoctorCode
  /** error: downloads are lost or nothing works. warning: it costs something. notice: good to know. */
  readonly severity: 'error' | 'warning' | 'notice'
  readonly sentence: string
  /** The client, indexer or folder it is about; '' = the Arr. */
  readonly about: string
  /** `null` = only a person can. */
  readonly fix: ArrFix | null
}

export function finding(
  code: DoctorCode,
  severity: DoctorFinding['severity'],
  sentence: string,
  {about = '', fix = null}: Partial<Pick<DoctorFinding, 'about' | 'fix'>> = {},
): DoctorFinding {
  return {code, severity, sentence, about, fix}
}

/* Does in the Arr what the doctor proposed, when somebody asked for it. */

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

/**
 * What puts a setting back as it was before a fix.
 * @param setup as it was then @returns `null` = what it was is not known, or is gone
 */
export function inverseOf(
  fix: ArrFix,
  setup: Pick<ArrSetup, 'handling' | 'media' | 'clients' | 'indexers'>,
): ArrFix | null {
  switch (fix.what) {
    case 'handling':
      return {...fix, change: formerOf(fix.change, setup.handling)}
    case 'media':
      return {...fix, change: formerOf(fix.change, setup.media)}
    case 'client': {
      const client = setup.clients.find(({id}) => id === fix.id)
      return client === undefined ? null : {...fix, change: formerOf(fix.change, client)}
    }
    case 'indexer': {
      const before = setup.indexers.find(({id}) => id === fix.id)?.rejectsBlocklisted ?? null
      return before === null ? null : {...fix, rejectsBlocklisted: before}
    }
  }
}

/** Of what is changed the values of before. */
function formerOf<Change extends object>(change: Change, before: Required<Change>): Change {
  const keys = Object.keys(change) as (keyof Change)[]
  return Object.fromEntries(keys.map((key) => [key, before[key]])) as Change
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
