/**
 * How far an Arr got with a download, in one set of words. Radarr and Sonarr say failed where Lidarr and Readarr say
 * downloadFailed; Readarr and Whisparr know no importBlocked, such rows stay importPending with a warning.
 * Source: protocols/arr.md §3.4; OpenAPI enum TrackedDownloadState of each app.
 */
import {trackedStates, type QueueRow, type TrackedState} from '#model/arr.ts'

export const stateWords: Readonly<Record<string, TrackedState>> = {
  ...(Object.fromEntries(trackedStates.map((state) => [state, state])) as Record<TrackedState, TrackedState>),
  downloadFailed: 'failed',
  downloadFailedPending: 'failedPending',
}

/**
 * A finished download that the Arr does not import by itself. A row may alternate between importBlocked and
 * importPending with a warning at each refresh, so both are the one condition.
 */
export function isStuck({state, trouble}: Pick<QueueRow, 'state' | 'trouble'>): boolean {
  if (state === 'importBlocked' || state === 'importFailed') return true
  return state === 'importPending' && (trouble === 'warning' || trouble === 'error')
}
