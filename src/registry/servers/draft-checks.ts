/** What single fields of a draft may hold, whatever the others say. */
import {X509Certificate} from 'node:crypto'
import type {KindField} from '#clients/kinds/kind.ts'
import {hasField, serverKinds} from '#clients/kinds/kinds.ts'
import {CategorySourceField, DownloadRoots, PathMappings} from '#config/schema/schema-servers.ts'
import {headerKeyWords, isHeaderKey, type Secret} from '#model/secret.ts'
import type {CategorySource} from '#model/server.ts'
import {secretFields, type ServerDraft, type ServerLook} from './draft.ts'
import type {DraftFault} from '../owned/draft.ts'

export const draftLimits = {
  name: 100,
  address: 2_000,
  username: 200,
  secret: 1_000,
  /** A chain of some certificates. */
  caBytes: 65_536,
  paths: 50,
  storage: 100,
  roots: 50,
  path: 4_096,
  tags: 20,
  tag: 50,
  icon: 40,
  position: 1_000_000,
  pollSeconds: {min: 1, max: 300},
  timeoutSeconds: {min: 2, max: 600},
} as const

export const colourShape = /^#[0-9a-f]{6}$/
export const iconShape = /^[a-z0-9][a-z0-9-]{0,39}$/

/** Every fault of every field, each by itself. */
export function fieldFaults(draft: ServerDraft): DraftFault[] {
  return [
    ...lookFaults(draft),
    ...textFaults(draft),
    ...kindFaults(draft),
    ...numberFaults(draft),
    ...listFaults(draft),
  ]
}

/** The same of what servers of the file have here, too. */
export function lookFaults(look: Partial<ServerLook>): DraftFault[] {
  const {tags = [], colour = null, icon = null, position = null} = look
  const faults: DraftFault[] = []
  if (tags.length > draftLimits.tags) {
    faults.push({
      field: 'tags',
      found: `a list of ${tags.length}`,
      accepted: `at most ${draftLimits.tags} items`,
    })
  }
  for (const [at, tag] of tags.slice(0, draftLimits.tags).entries()) {
    if (!isLine(tag, draftLimits.tag)) faults.push({field: `tags.${at}`, accepted: lineUpTo(draftLimits.tag)})
  }
  if (colour !== null && !colourShape.test(colour)) faults.push({field: 'colour', accepted: '#rrggbb'})
  if (icon !== null && !iconShape.test(icon)) {
    faults.push({field: 'icon', accepted: `a name of at most ${draftLimits.icon} letters, digits and dashes`})
  }
  if (position !== null && !isWhole(position, {min: 0, max: draftLimits.position})) {
    faults.push({field: 'position', found: position, accepted: `0 to ${draftLimits.position}`})
  }
  return faults
}

function textFaults(draft: ServerDraft): DraftFault[] {
  const faults: DraftFault[] = []
  const {name, username, basicAuth, tls, storage} = draft
  if (!isLine(name.trim(), draftLimits.name))
    faults.push({field: 'name', accepted: lineUpTo(draftLimits.name)})
  if (storage !== null && !isLine(storage, draftLimits.storage))
    faults.push({field: 'storage', accepted: lineUpTo(draftLimits.storage)})
  for (const [field, user] of [
    ['username', username],
    ['basic_auth.username', basicAuth?.username ?? null],
  ] as const) {
    if (user !== null && !isLine(user, draftLimits.username)) {
      faults.push({field, accepted: lineUpTo(draftLimits.username)})
    }
  }
  for (const field of secretFields) {
    const secret = givenSecret(draft, field)
    if (secret && secret.reveal().length > draftLimits.secret) {
      faults.push({field: wireName[field], accepted: `at most ${draftLimits.secret} characters`})
    }
  }
  if (draft.apiKey && !isHeaderKey(draft.apiKey)) faults.push({field: 'api_key', accepted: headerKeyWords})
  if (tls.ca !== null && !isAuthority(tls.ca))
    faults.push({field: 'tls.ca', accepted: 'certificates as PEM text'})
  if (draft.httpProxy && !isProxy(draft.httpProxy.reveal())) {
    faults.push({field: 'http_proxy', accepted: 'http://host:port or http://user:password@host:port'})
  }
  return faults
}

/** What only other kinds have. */
function kindFaults(draft: ServerDraft): DraftFault[] {
  const set: {readonly [F in KindField]: [field: string, isSet: boolean]} = {
    username: ['username', draft.username !== null],
    apiKey: ['api_key', Boolean(draft.apiKey)],
    basicAuth: ['basic_auth', draft.basicAuth !== null],
    categorySource: ['category_source', draft.categorySource.from !== 'label'],
    allowExecute: ['allow_execute', draft.allowExecute],
    downloadRoots: ['download_roots', draft.downloadRoots.length > 0],
    socket: ['socket', 'socket' in draft.address],
  }
  return Object.entries(set).flatMap(([its, [field, isSet]]) => {
    const kinds = serverKinds.filter((kind) => hasField(kind, its as KindField))
    return isSet && !kinds.includes(draft.kind) ? [{field, accepted: `only for ${kinds.join(' and ')}`}] : []
  })
}

function numberFaults({pace}: ServerDraft): DraftFault[] {
  const {pollSeconds, timeoutSeconds} = draftLimits
  return [
    ...rangeFault('poll_seconds', pace.pollSeconds, pollSeconds),
    ...rangeFault('timeout_seconds', pace.timeoutSeconds, timeoutSeconds),
  ]
}

function listFaults(draft: ServerDraft): DraftFault[] {
  const faults: DraftFault[] = []
  const {categorySource: source} = draft
  if (source.from === 'labelPrefix' && !isLine(source.prefix, draftLimits.tag)) {
    faults.push({field: 'category_source', accepted: 'label, label:<prefix> or path'})
  }
  const rows = draft.paths.map(({server, ours}) => ({Server: server, Ours: ours}))
  const isLong = (path: string) => path.length > draftLimits.path
  const hasLong = draft.paths.some(({server, ours}) => isLong(server) || isLong(ours))
  if (rows.length > draftLimits.paths || hasLong || PathMappings.read(rows) === undefined) {
    faults.push({field: 'path_mappings', accepted: `at most ${draftLimits.paths} pairs of absolute paths`})
  }
  const tooMany = draft.downloadRoots.length > draftLimits.roots
  if (tooMany || draft.downloadRoots.some(isLong) || DownloadRoots.read(draft.downloadRoots) === undefined) {
    faults.push({
      field: 'download_roots',
      accepted: `at most ${draftLimits.roots} absolute paths other than /`,
    })
  }
  return faults
}

/** As a person types it; `undefined` = it is not one. */
export function categorySourceOf(text: string): CategorySource | undefined {
  return CategorySourceField.read(text)
}

export function categorySourceText(source: CategorySource): string {
  return source.from === 'labelPrefix' ? `label:${source.prefix}` : source.from
}

export const wireName = {
  password: 'password',
  apiKey: 'api_key',
  basicAuth: 'basic_auth.password',
  httpProxy: 'http_proxy',
} as const

/** What the draft says of this secret. */
export function givenSecret(
  draft: ServerDraft,
  field: (typeof secretFields)[number],
): Secret | null | undefined {
  if (field !== 'basicAuth') return draft[field]
  return draft.basicAuth === null ? null : draft.basicAuth.password
}

function isLine(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most && !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text)
}

function lineUpTo(most: number): string {
  return `1 to ${most} characters on one line`
}

function isWhole(value: number, {min, max}: {min: number; max: number}): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}

function rangeFault(field: string, value: number | null, range: {min: number; max: number}): DraftFault[] {
  if (value === null || isWhole(value, range)) return []
  return [{field, found: value, accepted: `${range.min} to ${range.max}`}]
}

function isAuthority(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (pem.length > draftLimits.caBytes || blocks.length === 0) return false
  try {
    return blocks.every((block) => new X509Certificate(block).raw.length > 0)
  } catch {
    return false
  }
}

function isProxy(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/[^/]/i.test(text)
}
