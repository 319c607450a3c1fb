/** Between an Arr as it travels and as the room of Arrs knows it. */
import type {z} from 'zod'
import type {RejectedImport, RejectedImports} from '#automation/alerts/rejected-imports.ts'
import type {Principal, UserId} from '#model/access.ts'
import {asDownloadId, type DownloadId, type QueueRow} from '#model/arr.ts'
import type {ArrAction, ArrCard, ArrManagers, ArrInstances, ArrWebhooks} from '#model/arr-service.ts'
import type {ComingAction} from '#model/decision.ts'
import {BadArgument} from '#model/errors.ts'
import type {Triage} from '#model/import-triage.ts'
import {Secret} from '#model/secret.ts'
import {asInfoHash, keyText} from '#model/torrent-key.ts'
import type {ArrDraft, ArrPatch, DescribedArr} from '#registry/arrs/draft.ts'
import {levelOn} from '#registry/arrs/rights.ts'
import {toWire} from '../answers/codec.ts'
import type {
  ActionBody,
  ArrChange,
  ArrDefinitionSchema,
  ArrSchema,
  NewArr,
  readOnlyOfArrs,
  QueueSchema,
} from '../schemas/arr.ts'
import type {Scope} from '../scope/scope.ts'
import {wireSharing} from './server-drafts.ts'
import {selectedColumns, wireColumns} from './torrent-rows.ts'

type WireArr = z.output<typeof ArrSchema>
type UserName = (id: UserId) => string | null

export interface ArrViewing {
  /** What he sees: of others neither id nor name is told. */
  readonly seenBy: (by: Principal) => readonly ArrCard[]
  readonly userName: UserName
  readonly managers: ArrManagers
  /** Downloads that need a person. */
  readonly imports: Pick<RejectedImports, 'of'>
  readonly webhooks: Pick<ArrWebhooks, 'viewOf'>
  readonly instances: Pick<ArrInstances, 'otherAt'>
}

export function wireArr(card: ArrCard, by: Principal, viewing: ArrViewing): WireArr {
  const running = viewing.managers.of(card.id)
  const webhook = viewing.webhooks.viewOf(card.id)
  const other = viewing.instances.otherAt(card.id)
  return {
    ...wireCard(card, by, viewing),
    ...(webhook && {webhook: {...webhook}}),
    ...(other && {other_instance: toWire(other)}),
    manager: running && {
      version: running.version,
      is_live: running.isLive,
      read_at: running.readAt,
      is_behind: running.isBehind,
      fault: running.fault,
      fault_since: running.faultSince,
      key_refused: running.isKeyRefused,
      next_try_at: running.nextTryAt,
      queued: running.queue?.length ?? null,
      waiting: running.queue && viewing.imports.of(card.id).imports.length,
      // Whom one is about it says in its words.
      checks: running.checks && running.checks.map(({about: _about, ...check}) => toWire(check)),
    },
  }
}

export function wireDefinition(
  arr: DescribedArr,
  by: Principal,
  viewing: ArrViewing,
): Omit<z.output<typeof ArrDefinitionSchema>, 'file_obstacle'> {
  const {settings, toml, inForce, sources, secrets, skipVerify} = arr
  return {
    ...wireCard(arr, by, viewing),
    skip_tls_verify: skipVerify,
    settings: {...settings},
    as_toml: toml,
    in_force: {...inForce},
    sources: sources.map((it) => ({...it})),
    secrets: toWire(secrets),
    sharing: wireSharing(arr, viewing.userName),
  }
}

function wireCard(
  card: ArrCard,
  by: Principal,
  {seenBy, userName}: ArrViewing,
): Omit<WireArr, 'manager' | 'webhook' | 'other_instance'> {
  const {id, kind, name, origin, ownerId, url, category, enabled, obstacle} = card
  const owner = ownerId === null ? null : userName(ownerId)
  const others = obstacle === null ? [] : seenBy(by).filter((it) => obstacle.with.includes(it.id))
  return {
    id,
    kind,
    name,
    origin,
    url,
    category,
    enabled,
    owner: ownerId === null || owner === null ? null : {id: ownerId, name: owner},
    // Whoever asks sees it: the caller saw to that.
    access: levelOn(by, card)!,
    obstacle: obstacle && {
      code: obstacle.code,
      detail: obstacle.detail,
      with: others.map((it) => ({id: it.id, name: it.name})),
    },
  }
}

export function draftFrom({kind, name, url, category, caution, ...rest}: z.output<typeof NewArr>): ArrDraft {
  const plain = {skipVerify: false, enabled: true, settings: {}}
  const {apiKey, settings, skipVerify, enabled} = {...plain, ...patchFrom(rest)}
  return {kind, name, url, category, apiKey, settings, skipVerify, enabled, caution}
}

export function patchFrom(
  body: Omit<z.output<typeof ArrChange>, keyof typeof readOnlyOfArrs | 'was' | 'toml'>,
): ArrPatch {
  const {api_key: key, skip_tls_verify: skipVerify, ...same} = body
  const given = {...same, ...(key !== undefined && {apiKey: key && new Secret(key)}), skipVerify}
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

export function actionFrom(body: z.output<typeof ActionBody>): ArrAction {
  switch (body.action) {
    case 'refresh':
      return {what: 'refresh'}
    case 'rss_sync':
      return {what: 'rssSync'}
    case 'search':
      return {
        what: 'search',
        items: body.items.map(({kind, id, parent_id: parentId}) => ({kind, id, parentId})),
      }
    case 'import_anyway':
      return {what: 'importAnyway', downloadId: downloadIdOf(body.download_id), mode: body.mode}
    case 'blocklist':
      return {what: 'blocklist', downloadId: downloadIdOf(body.download_id), searchAgain: body.search_again}
    case 'resume_searches':
      return {what: 'resumeSearches', item: body.item}
    case 'ignore':
      return {what: 'ignore', downloadId: downloadIdOf(body.download_id)}
  }
}

/** What rules are about to do, by `keyText` of the torrent. */
export type ComingByKey = ReadonlyMap<string, ComingAction>

/** With the torrents of the download on servers that he sees. */
export function wireQueueRow(
  row: QueueRow,
  title: string | null,
  {fleet, servers}: Scope,
  coming: ComingByKey,
  waiting: ReadonlyMap<string, RejectedImport>,
): z.output<typeof QueueSchema>['rows'][number] {
  const rejected = waiting.get(row.downloadId ?? `row ${row.id}`)
  const hash = row.downloadId === null ? null : asInfoHash(row.downloadId)
  const keys = hash === null ? [] : fleet.holders(hash)
  const [next] = keys
    .flatMap((key) => coming.get(keyText(key)) ?? [])
    .toSorted((one, other) => one.left - other.left)
  return {
    next: next ? wireComing(next) : null,
    row: toWire(row),
    media_title: title,
    waits: rejected !== undefined,
    triage: rejected === undefined ? null : wireTriage(rejected.triage),
    torrents: keys.map((key) => wireColumns(fleet, key, servers.get(key.serverId), besideQueue)),
  }
}

function wireTriage({class: why, proposed, actions}: Triage) {
  return {class: why, proposed, actions: [...actions]}
}

function wireComing({key, ruleId, ruleName, mode, actions, replaces, left}: ComingAction) {
  return {
    rule_id: ruleId,
    rule_name: ruleName,
    mode,
    actions: [...actions],
    replaces,
    server_id: key.serverId,
    acts_in: left,
  }
}

/** What says how far a torrent is, and what it is about to do. */
const besideQueue = selectedColumns([
  'name',
  'state',
  'native_state',
  'message',
  'complete',
  'progress',
  'task_progress',
  'size',
  'eta',
  'down_speed',
  'ratio',
  'category',
  'added_at',
  'stale',
  'seen_at',
])!

function downloadIdOf(text: string): DownloadId {
  const id = asDownloadId(text)
  if (id === null) throw new BadArgument('This is no id of a download.')
  return id
}
