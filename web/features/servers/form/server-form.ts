/**
 * A server as a form holds it, and as it travels. What a form does not touch is not sent: a secret that was not typed
 * stays as it is, and an edit names only what changed.
 */
import type {KindField} from '#clients/kinds/kind.ts'
import {clientKinds, hasField, usualKind} from '#clients/kinds/kinds.ts'
import type {
  DraftKind,
  ServerDefinition,
  ServerDraft,
  ServerPatch,
  ServerTryBody,
} from '../../../api/servers.ts'
import type {SecretField} from '../../../ui/SecretInput.tsx'

export interface PathPair {
  readonly server: string
  readonly ours: string
}

export interface ServerForm {
  readonly kind: DraftKind
  readonly address: string
  readonly username: string
  readonly password: SecretField
  /** qBittorrent 5.2: a key instead of user and password. */
  readonly usesKey: boolean
  readonly apiKey: SecretField
  readonly basicUser: string
  readonly basicPassword: SecretField
  readonly ca: string
  readonly skipVerify: boolean
  readonly httpProxy: SecretField
  readonly paths: readonly PathPair[]
  /** What people call the disk it works on. */
  readonly storage: string
  readonly categoryFrom: 'label' | 'prefix' | 'path'
  readonly categoryPrefix: string
  readonly allowExecute: boolean
  /** One on a line. */
  readonly downloadRoots: string
  readonly pollSeconds: number | null
  readonly timeoutSeconds: number | null
  readonly name: string
  readonly colour: string | null
  readonly tags: readonly string[]
  readonly isDefault: boolean
}

export type FormField = keyof ServerForm

const noSecret: SecretField = {typed: '', erase: false, state: 'none'}

export const emptyForm: ServerForm = {
  kind: usualKind,
  address: '',
  username: '',
  password: noSecret,
  usesKey: false,
  apiKey: noSecret,
  basicUser: '',
  basicPassword: noSecret,
  ca: '',
  skipVerify: false,
  httpProxy: noSecret,
  paths: [],
  storage: '',
  categoryFrom: 'label',
  categoryPrefix: '',
  allowExecute: false,
  downloadRoots: '',
  pollSeconds: null,
  timeoutSeconds: null,
  name: '',
  colour: null,
  tags: [],
  isDefault: false,
}

/** A server that is there, to be changed. */
export function formOf(server: ServerDefinition): ServerForm {
  const {secrets, category_source: source, tls} = server
  return {
    ...emptyForm,
    kind: server.kind,
    address: typedAddress(server.url),
    username: server.username ?? '',
    password: {...noSecret, state: secrets.password},
    usesKey: secrets.api_key !== 'none',
    apiKey: {...noSecret, state: secrets.api_key},
    basicUser: server.basic_auth?.username ?? '',
    basicPassword: {...noSecret, state: secrets.basic_auth},
    ca: tls.ca ?? '',
    skipVerify: tls.skip_verify,
    httpProxy: {...noSecret, state: secrets.http_proxy},
    paths: server.path_mappings,
    storage: server.storage ?? '',
    categoryFrom: source === 'path' ? 'path' : source.startsWith('label:') ? 'prefix' : 'label',
    categoryPrefix: source.startsWith('label:') ? source.slice('label:'.length) : '',
    allowExecute: server.allow_execute,
    downloadRoots: server.download_roots.join('\n'),
    pollSeconds: server.poll_seconds,
    timeoutSeconds: server.timeout_seconds,
    name: server.name,
    colour: server.colour,
    tags: server.tags,
    isDefault: server.default_for_adding,
  }
}

/** The same again under another name. Secrets are never told, so they do not come along. */
export function copyOf(server: ServerDefinition, name: string): ServerForm {
  const form = formOf(server)
  return {
    ...form,
    name,
    isDefault: false,
    usesKey: form.usesKey,
    password: noSecret,
    apiKey: noSecret,
    basicPassword: noSecret,
    httpProxy: noSecret,
  }
}

/** A socket is typed as its path. */
function typedAddress(url: string): string {
  const path = /^scgi\+unix:\/\/(\/.*)$/.exec(url)?.[1]
  return path === undefined ? url : decodeURIComponent(path)
}

type Wire = Omit<ServerDraft, 'position' | 'icon' | 'enabled'>

/** @param isAdministrator what reaches into this machine is his alone, and is left out for others */
export function draftOf(form: ServerForm, isAdministrator: boolean): ServerDraft {
  const wire: Wire = {
    kind: form.kind,
    name: form.name.trim(),
    ...addressOf(form),
    ...logInOf(form),
    tls: {ca: form.ca.trim() === '' ? null : form.ca, skip_verify: form.skipVerify},
    ...paceOf(form),
    ...ofKind(form, isAdministrator),
    tags: [...form.tags],
    colour: form.colour,
    default_for_adding: form.isDefault,
    ...(isAdministrator && {
      ...named('http_proxy', secretOf(form.httpProxy)),
      path_mappings: form.paths.filter(({server, ours}) => server !== '' || ours !== ''),
      storage: form.storage.trim() === '' ? null : form.storage.trim(),
    }),
  }
  return wire
}

/** Only what differs from how it was. */
export function patchOf(before: ServerForm, after: ServerForm, isAdministrator: boolean): ServerPatch {
  const was = draftOf(before, isAdministrator) as Readonly<Record<string, unknown>>
  const is = draftOf(after, isAdministrator) as Readonly<Record<string, unknown>>
  const names = Object.keys(is).filter((name) => JSON.stringify(is[name]) !== JSON.stringify(was[name]))
  return Object.fromEntries(names.map((name) => [name, is[name]])) as ServerPatch
}

/** What is asked while somebody types an address: does it answer, and what is it? Nobody logs in. */
export function knockOf(form: ServerForm): ServerTryBody {
  return {
    kind: form.kind,
    ...addressOf(form),
    tls: {ca: form.ca.trim() === '' ? null : form.ca, skip_verify: form.skipVerify},
    username: null,
  }
}

function addressOf({kind, address}: ServerForm): Pick<ServerDraft, 'url' | 'socket'> {
  const typed = address.trim()
  return clientKinds[kind].address.takesScgi && typed.startsWith('/') ? {socket: typed} : {url: typed}
}

function logInOf(form: ServerForm): Pick<ServerDraft, 'username' | 'password' | 'api_key' | 'basic_auth'> {
  const {kind} = form
  const usesKey = hasField(kind, 'apiKey') && form.usesKey
  const password = usesKey ? erased(form.password) : secretOf(form.password)
  const key = usesKey ? secretOf(form.apiKey) : erased(form.apiKey)
  const username = usesKey || !hasField(kind, 'username') ? '' : form.username.trim()
  return {
    username: username === '' ? null : username,
    ...named('password', password),
    ...named('api_key', key),
    basic_auth: hasField(kind, 'basicAuth') ? basicAuthOf(form) : null,
  }
}

function basicAuthOf({basicUser, basicPassword}: ServerForm): ServerDraft['basic_auth'] {
  if (basicUser.trim() === '') return null
  return {username: basicUser.trim(), ...named('password', secretOf(basicPassword))}
}

function paceOf({
  pollSeconds,
  timeoutSeconds,
}: ServerForm): Pick<ServerDraft, 'poll_seconds' | 'timeout_seconds'> {
  return {poll_seconds: pollSeconds, timeout_seconds: timeoutSeconds}
}

function ofKind(form: ServerForm, isAdministrator: boolean): Partial<ServerDraft> {
  const {kind, categoryFrom, categoryPrefix, downloadRoots, allowExecute} = form
  const has = (field: KindField) => hasField(kind, field)
  return {
    ...(has('categorySource') && {
      category_source: categoryFrom === 'prefix' ? `label:${categoryPrefix.trim()}` : categoryFrom,
    }),
    ...(has('downloadRoots') && {
      download_roots: downloadRoots.split('\n').flatMap((line) => line.trim() || []),
    }),
    ...(has('allowExecute') && isAdministrator && {allow_execute: allowExecute}),
  }
}

/** `undefined` = as it is. */
function secretOf({typed, erase}: SecretField): string | null | undefined {
  if (typed !== '') return typed
  return erase ? null : undefined
}

function erased({state}: SecretField): null | undefined {
  return state === 'none' ? undefined : null
}

function named<K extends string, V>(name: K, value: V | undefined): {readonly [N in K]?: V} {
  return value === undefined ? {} : ({[name]: value} as {readonly [N in K]?: V})
}

/** Does it hold a secret that was typed here? */
export function hasTypedSecret({password, apiKey, basicPassword}: ServerForm): boolean {
  return [password, apiKey, basicPassword].some(({typed}) => typed !== '')
}

const fieldNames: Readonly<Record<string, FormField>> = {
  url: 'address',
  host: 'address',
  port: 'address',
  path: 'address',
  scheme: 'address',
  socket: 'address',
  api_key: 'apiKey',
  basic_auth: 'basicUser',
  'basic_auth.username': 'basicUser',
  'basic_auth.password': 'basicPassword',
  tls: 'ca',
  http_proxy: 'httpProxy',
  path_mappings: 'paths',
  category_source: 'categoryFrom',
  allow_execute: 'allowExecute',
  download_roots: 'downloadRoots',
  poll_seconds: 'pollSeconds',
  timeout_seconds: 'timeoutSeconds',
  default_for_adding: 'isDefault',
}

/** Which field of the form the server speaks of; `null` = none of them. */
export function fieldNamed(wireName: string): FormField | null {
  const first = wireName.split('.')[0]!
  const name = fieldNames[wireName] ?? fieldNames[first] ?? first
  return name in emptyForm ? (name as FormField) : null
}

/** Nothing of how a server looks here matters to a test. */
const looks: ReadonlySet<string> = new Set(['name', 'tags', 'colour', 'default_for_adding'])

/**
 * What a whole test asks, log-in included. Of a server that is there only what changed is told.
 * @param before `null` = it is new
 */
export function tryOf(
  form: ServerForm,
  before: {readonly id: string; readonly form: ServerForm} | null,
  isAdministrator: boolean,
): ServerTryBody {
  const sent = before === null ? draftOf(form, isAdministrator) : patchOf(before.form, form, isAdministrator)
  const way = Object.fromEntries(Object.entries(sent).filter(([name]) => !looks.has(name)))
  return before === null ? way : {...way, id: before.id}
}

/**
 * look: in force at once. link: connects again. elsewhere: it means another server from now on, whose torrents are read
 * from the beginning.
 */
type ChangeCost = 'look' | 'link' | 'elsewhere'

/** Only pages read these. */
const appearance: ReadonlySet<string> = new Set(['tags', 'colour', 'icon', 'default_for_adding', 'position'])
/** What says which server it is. */
const places: ReadonlySet<string> = new Set(['kind', 'url', 'socket'])

// What a change of a server costs. Pure; that it is so is up to `isSameServer` in src/links/links.ts.

/** `null` = nothing is different. */
export function changeCost(patch: ServerPatch): ChangeCost | null {
  const names = Object.keys(patch)
  if (names.length === 0) return null
  if (names.some((name) => places.has(name))) return 'elsewhere'
  return names.every((name) => appearance.has(name)) ? 'look' : 'link'
}
