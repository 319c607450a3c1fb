/**
 * How far an Arr got with a download, in one set of words. Radarr and Sonarr say failed where Lidarr and Readarr say
 * downloadFailed; Readarr and Whisparr know no importBlocked, such rows stay importPending with a warning.
 * Source: Sonarr and Radarr; OpenAPI enum TrackedDownloadState of each app.
 */
import {trackedStates, type TrackedState} from '#model/arr.ts'

export const stateWords: Readonly<Record<string, TrackedState>> = {
  ...(Object.fromEntries(trackedStates.map((state) => [state, state])) as Record<TrackedState, TrackedState>),
  downloadFailed: 'failed',
  downloadFailedPending: 'failedPending',
}
