/** One setting of an Arr that will hurt, and what is changed about it. */
import type {ArrClientChange, DownloadHandling, MediaManagement} from '#model/arr.ts'

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
