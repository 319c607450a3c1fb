/**
 * Our entry among an Arr's notifications. The skeleton is the Arr's own, so that only events are switched on that it
 * knows; the token goes in a header, or as password where an older app knows no headers.
 * Source: Sonarr and Radarr.
 */
import {isDeepStrictEqual} from 'node:util'
import type {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'

type Resource = Readonly<Record<string, unknown>>

const WEBHOOK_NAME = 'Commodarr'
const TOKEN_HEADER = 'X-Commodarr-Token'

/** Renames and tags are nobody's business here. */
const events = [
  'Grab',
  'Download',
  'Upgrade',
  'ImportComplete',
  'ReleaseImport',
  'DownloadFailure',
  'ImportFailure',
  'ManualInteractionRequired',
  'HealthIssue',
  'HealthRestored',
  'ApplicationUpdate',
  'MovieDelete',
  'MovieFileDelete',
  'SeriesDelete',
  'EpisodeFileDelete',
  'AlbumDelete',
  'ArtistDelete',
]

/** Says nothing to anybody: it only stands there. */
const MARK_NAME = 'Commodarr looks after this (do not remove)'
const MARK_ADDRESS = 'http://commodarr.invalid/instance/'

const POST = 1
const MASK = '********'

/** The Arr's own entry for webhooks; `null` = it has none. */
export function skeletonIn(schemas: readonly Resource[]): Resource | null {
  return schemas.find(({implementation}) => implementation === 'Webhook') ?? null
}

export function ourWebhookIn(notifications: readonly Resource[]): Resource | null {
  return (
    notifications.find(({implementation, name}) => implementation === 'Webhook' && name === WEBHOOK_NAME) ??
    null
  )
}

export function webhookResource(
  skeleton: Resource,
  {url, token}: {readonly url: string; readonly token: Secret},
): Record<string, unknown> {
  const {id: _, presets: __, ...rest} = skeleton
  const knowsHeaders = fieldsOf(skeleton).some(({name}) => name === 'headers')
  const wanted = new Map<unknown, unknown>([
    ['url', url],
    ['method', POST],
    ['username', knowsHeaders ? '' : WEBHOOK_NAME],
    ['password', knowsHeaders ? '' : token.reveal()],
    ['headers', [{key: TOKEN_HEADER, value: token.reveal()}]],
  ])
  return {
    ...rest,
    name: WEBHOOK_NAME,
    fields: fieldsOf(skeleton).map((field) =>
      wanted.has(field['name']) ? {...field, value: wanted.get(field['name'])} : field,
    ),
    ...switches(skeleton),
  }
}

/** none: there is no entry of our name. other: it says something else than it should, or is somebody else's. */
export type WebhookState = 'none' | 'other' | 'same'

/** @param ours what is masked in it is taken for what we gave */
export function webhookState(
  ours: Resource | null,
  webhook: {readonly url: string; readonly token: Secret},
): WebhookState {
  if (ours === null) return 'none'
  const wanted = webhookResource(ours, webhook)
  const fields = fieldsOf(wanted).every(({name, value}) => {
    const now = valueOf(ours, name)
    return now === MASK || isDeepStrictEqual(plain(now), plain(value))
  })
  const isOn = (key: string) => wanted[key] !== true || ours[key] === true
  return urlOf(ours) === webhook.url && fields && Object.keys(switches(ours)).every(isOn) ? 'same' : 'other'
}

export function urlOf(ours: Resource): unknown {
  return valueOf(ours, 'url')
}

function valueOf(ours: Resource, name: unknown): unknown {
  return fieldsOf(ours).find((field) => field['name'] === name)?.['value']
}

/** An app leaves out what is empty. */
function plain(value: unknown): unknown {
  return value ?? ''
}

function switches(skeleton: Resource): Record<string, boolean> {
  const on = Object.keys(skeleton).filter((key) => /^on[A-Z]/.test(key))
  const wanted = (key: string) => skeleton[`supports${upperFirst(key)}`] === true && isOurs(key)
  return {
    ...Object.fromEntries(on.map((key) => [key, wanted(key)])),
    ...('includeHealthWarnings' in skeleton && {includeHealthWarnings: wanted('onHealthIssue')}),
  }
}

function isOurs(key: string): boolean {
  return events.some((event) => key === `on${event}`)
}

function fieldsOf({fields}: Resource): Resource[] {
  return Array.isArray(fields) ? (fields as Resource[]) : []
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Which Commodarr looks after an Arr, as it wrote it into the Arr itself: outside of everything that a backup brings back. */
export interface InstanceMark {
  /** Of its database; copies of it have the same. */
  readonly instance: string
  /** Each run of the program has its own. */
  readonly run: string
  readonly at: EpochMs
}

/** An entry that calls nobody, as all its events are off; so the Arr does not try it either. */
export function markResource(skeleton: Resource, {instance, run, at}: InstanceMark): Record<string, unknown> {
  const {id: _, presets: __, ...rest} = skeleton
  const url = `${MARK_ADDRESS}${encodeURIComponent(instance)}?run=${encodeURIComponent(run)}&at=${at}`
  const off = Object.keys(skeleton).filter((key) => /^on[A-Z]/.test(key))
  const fields = fieldsOf(skeleton).map((field) =>
    field['name'] === 'url'
      ? {...field, value: url}
      : field['name'] === 'method'
        ? {...field, value: POST}
        : field,
  )
  return {...rest, ...Object.fromEntries(off.map((key) => [key, false])), name: MARK_NAME, fields}
}

/** The entry of our kind, ours or another's, and what it says; `null` = there is none. */
export function markIn(
  notifications: readonly Resource[],
): {readonly entry: Resource; readonly mark: InstanceMark | null} | null {
  const entry = notifications.find(
    ({implementation, name}) => implementation === 'Webhook' && name === MARK_NAME,
  )
  return entry ? {entry, mark: markOf(urlOf(entry))} : null
}

/** `null` = somebody changed it by hand, so it says nothing. */
function markOf(url: unknown): InstanceMark | null {
  if (typeof url !== 'string' || !url.startsWith(MARK_ADDRESS) || !URL.canParse(url)) return null
  const {pathname, searchParams} = new URL(url)
  const [run, at] = [searchParams.get('run'), Number(searchParams.get('at'))]
  const instance = decodeURIComponent(pathname.slice(new URL(MARK_ADDRESS).pathname.length))
  return instance !== '' && run !== null && Number.isSafeInteger(at) && at > 0 ? {instance, run, at} : null
}
