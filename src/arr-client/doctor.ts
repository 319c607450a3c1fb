/**
 * Settings of an Arr that will hurt, each with what can be done about it. Pure: reading is `discover.ts`, changing is
 * `doctor-finding.ts`.
 * Source: Sonarr and Radarr.
 */
import {clientKinds, serverKinds} from '#clients/kinds/kinds.ts'
import {urlBaseIn, type ArrClientSettings} from '#model/arr.ts'
import {suspensionOf} from './arr-health.ts'
import type {ArrSetup} from './discover.ts'
import {besideFindings, type Beside} from './doctor-client-config.ts'
import {finding, type ArrFix, type DoctorFinding} from './doctor-finding.ts'

const MIB = 1024 * 1024

interface Circumstances {
  readonly removes: boolean
  readonly beside?: Beside | null
  readonly address?: string | null
}

/**
 * @param removes Commodarr itself removes finished torrents of this Arr
 * @param beside what is configured here; absent = it is not here yet
 * @param address as it was given
 */
export function examine(
  setup: ArrSetup,
  {removes, beside = null, address = null}: Circumstances,
): DoctorFinding[] {
  return [
    ...addressFindings(setup, address),
    ...handlingFindings(setup),
    ...clientFindings(setup, removes),
    ...(beside === null ? [] : besideFindings(setup, beside)),
    ...mediaFindings(setup),
    ...indexerFindings(setup),
    ...folderFindings(setup),
    ...healthFindings(setup),
  ]
}

function addressFindings({url}: ArrSetup, address: string | null): DoctorFinding[] {
  if (address === null || urlBaseIn(new URL(address).pathname) === urlBaseIn(new URL(url).pathname)) return []
  const sentence = `Its address leads on to ${url}, which is used instead: that is what its address should be.`
  return [finding('url_base_missing', 'notice', sentence, {about: url})]
}

function handlingFindings({handling}: ArrSetup): DoctorFinding[] {
  const found: DoctorFinding[] = []
  if (!handling.importsCompleted) {
    found.push(
      finding(
        'completed_handling_off',
        'error',
        'It does not import automatically: completed download handling is off.',
        {fix: {what: 'handling', change: {importsCompleted: true}}},
      ),
    )
  }
  if (!handling.searchesAfterFailure) {
    found.push(
      finding(
        'no_search_after_failure',
        'notice',
        'It does not search again after a failure: a failed download stays missing unless Commodarr searches.',
        {fix: {what: 'handling', change: {searchesAfterFailure: true}}},
      ),
    )
  }
  return found
}

function clientFindings({clients}: ArrSetup, removes: boolean): DoctorFinding[] {
  const enabled = clients.filter((client) => client.enabled)
  if (enabled.length === 0) {
    return [finding('no_torrent_client', 'error', 'It has no torrent client that is switched on.')]
  }
  return enabled.flatMap((client) => [
    ...removing(client, removes),
    ...beginning(client),
    ...categories(client),
  ])
}

function removing(
  {id, name, removesCompleted, removesFailed}: ArrClientSettings,
  removes: boolean,
): DoctorFinding[] {
  if (!removes) return []
  const found: DoctorFinding[] = []
  if (removesCompleted) {
    found.push(
      finding(
        'client_removes_completed',
        'warning',
        'Two programs remove finished torrents: this Arr deletes them with their data as well.',
        {about: name, fix: {what: 'client', id, name, change: {removesCompleted: false}}},
      ),
    )
  }
  if (removesFailed) {
    found.push(
      finding(
        'client_removes_failed',
        'notice',
        'This Arr removes failed torrents itself, before they can be checked.',
        {about: name, fix: {what: 'client', id, name, change: {removesFailed: false}}},
      ),
    )
  }
  return found
}

function beginning({id, name, addsStopped}: ArrClientSettings): DoctorFinding[] {
  if (!addsStopped) return []
  const sentence = 'It adds torrents stopped: each waits on its server until it is started by hand.'
  const fix: ArrFix = {what: 'client', id, name, change: {addsStopped: false}}
  return [finding('client_adds_stopped', 'warning', sentence, {about: name, fix})]
}

/** Their Arr tells its own by a folder as well. */
const byFolder = new Set([
  'vuze',
  ...serverKinds.flatMap((kind) => (clientKinds[kind].arr.byFolder ? clientKinds[kind].arr.names : [])),
])

function categories({
  name,
  implementation,
  category,
  importedCategory: imported,
  directory,
}: ArrClientSettings): DoctorFinding[] {
  if (category === '') {
    if (directory !== '' && byFolder.has(implementation.toLowerCase())) return []
    return [
      finding(
        'client_without_category',
        'warning',
        'It has no category, so the Arr takes every torrent of this server for its own.',
        {about: name},
      ),
    ]
  }
  if (imported === '' || imported === category) return []
  return [
    finding('category_after_import', 'notice', `Imported torrents move from ${category} to ${imported}.`, {
      about: name,
    }),
  ]
}

function mediaFindings({media}: ArrSetup): DoctorFinding[] {
  if (media.hardLinks) return []
  return [
    finding(
      'hard_links_off',
      'warning',
      'What is imported while it seeds takes its space twice: hard links are off.',
      {fix: {what: 'media', change: {hardLinks: true}}},
    ),
  ]
}

function indexerFindings({indexers}: ArrSetup): DoctorFinding[] {
  return indexers
    .filter((it) => it.protocol === 'torrent' && it.rejectsBlocklisted === false)
    .map(({id, name}) =>
      finding('blocklisted_not_rejected', 'warning', 'A blocklisted release may be grabbed from it again.', {
        about: name,
        fix: {what: 'indexer', id, rejectsBlocklisted: true},
      }),
    )
}

function folderFindings({rootFolders, media}: ArrSetup): DoctorFinding[] {
  if (rootFolders.length === 0)
    return [finding('no_root_folder', 'error', 'It has no root folder to import to.')]
  return rootFolders.flatMap(({path, accessible, freeSpace}) => {
    if (!accessible) {
      return [
        finding('root_folder_unreachable', 'error', 'The Arr cannot reach this root folder.', {about: path}),
      ]
    }
    if (freeSpace === null || freeSpace >= media.minimumFreeMiB * MIB) return []
    return [
      finding(
        'root_folder_full',
        'error',
        'It has less free space than the Arr asks for, so nothing is imported.',
        {about: path},
      ),
    ]
  })
}

function healthFindings({health}: ArrSetup): DoctorFinding[] {
  const {searches, destruction} = suspensionOf(health)
  return [
    ...(destruction
      ? [
          finding(
            'downloads_not_seen',
            'error',
            'It does not see its downloads: a client or a path mapping fails.',
          ),
        ]
      : []),
    ...(searches ? [finding('indexers_down', 'warning', 'None of its indexers answers.')] : []),
  ]
}
