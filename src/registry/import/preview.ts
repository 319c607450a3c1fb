/**
 * What bringing in a list of servers would do, before anything is done: which server of ours an entry means, what of it
 * would change, what cannot be, and what would go.
 *
 *   entry ─▶ the same server? ─┬ none ───────▶ add ─────▶ would the editor take it? ─ no ─▶ refused
 *            id, else kind and │ one, equal ─▶ same                    ▲
 *            address           └ one, other ─▶ change ─────────────────┘
 *   replace: who brings the list and has a server that no entry means ─▶ remove
 *
 * A name means nobody: containers call a daemon otherwise than people do, and two people call two daemons alike.
 * Only servers that he manages are meant, changed or removed; one of which he only knows is a warning. Every verdict
 * has a sentence. The plan has a fingerprint: who does it names it, and gets exactly what he saw.
 */
import {createHmac} from 'node:crypto'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Acting} from '#model/access.ts'
import {CommodarrError, type ErrorCode} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Former} from '../servers/definition-of.ts'
import {plainDraft, type DescribedServer, type ServerDraft, type ServerPatch} from '../servers/draft.ts'
import {DraftInvalid, type DraftFault} from '../owned/draft.ts'
import {knowerOf} from '../owned/secrets.ts'
import {isElsewhere, leadingTo, seenBy} from '../servers/same-place.ts'
import type {ServerService} from '../servers/service.ts'
import {addressed, changesOf, type Addressed, type FieldChange} from './import-changes.ts'
import type {Listed, ServerList, Unlisted} from './listed.ts'

export const importActions = ['add', 'change', 'same', 'remove', 'refused', 'skip'] as const
type ImportAction = (typeof importActions)[number]

export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
  readonly faults: readonly DraftFault[]
}

export interface PlannedItem {
  /** Its number: entries of the list first, in their order, then what would be removed. */
  readonly item: number
  readonly action: ImportAction
  /** In the list; `null` = it is not in it. */
  readonly place: string | null
  /** The server of ours; `null` = a new one. */
  readonly serverId: ServerId | null
  readonly name: string | null
  readonly kind: ServerKind | null
  readonly url: string | null
  readonly changes: readonly FieldChange[]
  /** Secrets it has where it comes from, and that did not come along. */
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
  readonly refusal: Refusal | null
  readonly order: Order | null
}

/** For the editor. */
export type Order =
  | {readonly do: 'add'; readonly draft: ServerDraft}
  | {readonly do: 'change'; readonly id: ServerId; readonly patch: ServerPatch}
  | {readonly do: 'remove'; readonly id: ServerId}

/** What a person decided on one item after he saw it. */
export interface Choice {
  readonly item: number
  /** add: as a new server, whatever it seems to mean. */
  readonly do?: 'skip' | 'add' | undefined
  /** Lists of others come without. */
  readonly password?: Secret | undefined
  readonly apiKey?: Secret | undefined
}

interface PlanOptions {
  readonly by: Acting
  readonly mode: 'merge' | 'replace'
  /** Replace also what belongs to others; for administrators. */
  readonly ofEveryone: boolean
  readonly choices: readonly Choice[]
}

export function planOf(
  list: ServerList,
  options: PlanOptions,
  editor: Pick<ServerService, 'describe' | 'drafted'>,
  former: (id: ServerId) => Former | null,
): readonly PlannedItem[] {
  return new Planner(list, options, editor, former).plan()
}

/** @param key of this run of the program: nobody can try secrets against a fingerprint */
export function fingerprintOf(plan: readonly PlannedItem[], key: Uint8Array): string {
  // A secret turns itself into asterisks before the replacer is told; its holder still has it.
  const text = JSON.stringify(plan, function (this: Record<string, unknown>, name, value: unknown) {
    const held = this[name]
    return held instanceof Secret ? {secret: held.reveal()} : value
  })
  return createHmac('sha256', key).update(text).digest('base64url')
}

interface Entry {
  readonly item: number
  readonly listed: Listed
  readonly choice: Choice | undefined
  readonly at: Addressed
}

class Planner {
  readonly #list: ServerList
  readonly #options: PlanOptions
  readonly #editor: Pick<ServerService, 'describe' | 'drafted'>
  readonly #former: (id: ServerId) => Former | null
  /** All he sees, and among them those he manages. */
  readonly #seen: readonly DescribedServer[]
  readonly #managed: readonly DescribedServer[]
  readonly #meant = new Map<number, DescribedServer>()

  constructor(
    list: ServerList,
    options: PlanOptions,
    editor: Pick<ServerService, 'describe' | 'drafted'>,
    former: (id: ServerId) => Former | null,
  ) {
    this.#list = list
    this.#options = options
    this.#editor = editor
    this.#former = former
    const {access} = options.by
    this.#seen = seenBy(access, (id) => editor.describe(id))
    this.#managed = this.#seen.filter(({id}) => access.may('manage', id))
  }

  plan(): readonly PlannedItem[] {
    const read = this.#list.entries.map((entry, item) => this.#read(entry, item))
    const entries = read.filter((entry) => 'listed' in entry)
    this.#findMeant(entries)
    const twice = repeated(entries)
    const items = read.map((entry) => ('listed' in entry ? this.#check(entry, twice.get(entry.item)) : entry))
    return [...items, ...this.#leftover(items.length)]
  }

  #read(entry: Listed | Unlisted, item: number): Entry | PlannedItem {
    const choice = this.#options.choices.find((it) => it.item === item)
    if ('faults' in entry) return refusedEntry(entry, item, choice?.do === 'skip')
    const {password, apiKey} = choice ?? {}
    const given = {...(password && {password}), ...(apiKey && {apiKey})}
    const at = addressed({...entry.said, ...given}, entry.isNameless)
    const {place, said} = entry
    if (!('field' in at)) return {item, choice, at, listed: entry}
    const blank = {...blankItem(item, place), name: said.name, kind: said.kind}
    return choice?.do === 'skip'
      ? {...blank, action: 'skip'}
      : refused(blank, new DraftInvalid('server', [at]))
  }

  /** Better signs first, whatever the order of the list; each server is meant once. */
  #findMeant(entries: readonly Entry[]): void {
    const taken = new Set<ServerId>()
    for (const isMeant of [hasId, hasAddress]) {
      const signs = Map.groupBy(this.#managed, (server) => isMeant.ofServer(server))
      for (const {item, listed, at} of entries) {
        if (this.#meant.has(item)) continue
        const found = signs.get(isMeant.ofEntry(listed, at))?.find(({id}) => !taken.has(id))
        if (found === undefined) continue
        this.#meant.set(item, found)
        taken.add(found.id)
      }
    }
  }

  #check(entry: Entry, first: string | undefined): PlannedItem {
    const {item, listed, choice, at} = entry
    const meant = choice?.do === 'add' ? undefined : this.#meant.get(item)
    const {name, kind} = at.said
    const {password, apiKey} = at.said
    const given: Readonly<Record<string, unknown>> = {password, api_key: apiKey}
    const missing = listed.missing.filter((field) => given[field] === undefined)
    const blank: PlannedItem = {
      ...blankItem(item, listed.place),
      name,
      kind,
      url: at.url,
      missing,
      warnings: listed.warnings,
      serverId: meant?.id ?? null,
    }
    if (choice?.do === 'skip') return {...blank, action: 'skip'}
    if (first !== undefined) {
      return refused(
        blank,
        new CommodarrError('import_invalid', `${first} of the list leads to the same server.`),
      )
    }
    try {
      return meant === undefined ? this.#added(blank, at) : this.#changed(blank, at, meant)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refused(blank, error)
    }
  }

  #added(blank: PlannedItem, at: Addressed): PlannedItem {
    const draft: ServerDraft = {...plainDraft, ...at.said}
    this.#editor.drafted(this.#options.by, null, draft)
    const [known] = leadingTo({kind: at.said.kind, url: at.url}, this.#seen)
    const alike = this.#managed.find((it) => isMaybe(it, at))
    const warnings = known
      ? [...blank.warnings, `${known.name} leads there already; its torrents would be listed twice.`]
      : alike
        ? [...blank.warnings, `It may be ${alike.name} by another address (${alike.url}); then leave it out.`]
        : blank.warnings
    return {...blank, action: 'add', warnings, order: {do: 'add', draft}}
  }

  #changed(blank: PlannedItem, at: Addressed, meant: DescribedServer): PlannedItem {
    const {by} = this.#options
    const former = this.#former(meant.id)!
    const {changes, patch} = changesOf(at, meant, former, knowerOf(by.actor))
    if (changes.length === 0) return {...blank, action: 'same'}
    const item = {...blank, changes}
    try {
      this.#editor.drafted(by, meant.id, patch)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refused(item, error)
    }
    return {...item, action: 'change', order: {do: 'change', id: meant.id, patch}}
  }

  /** Whatever an entry may have meant stays, also one that is refused or was skipped. */
  #leftover(from: number): PlannedItem[] {
    const {by, mode, ofEveryone, choices} = this.#options
    if (mode === 'merge') return []
    const kept = new Set([...this.#meant.values()].map(({id}) => id))
    const names = new Set(this.#list.entries.map((entry) => folded(nameOf(entry))))
    const going = this.#managed.filter(
      ({id, origin, ownerId, name}) =>
        origin === 'user' &&
        (ofEveryone || ownerId === by.actor.userId) &&
        !kept.has(id) &&
        !names.has(folded(name)),
    )
    return going.map(({id, name, kind, url}, at) => {
      const item = from + at
      const isSkipped = choices.some((choice) => choice.item === item && choice.do === 'skip')
      return {
        ...blankItem(item, null),
        name,
        kind,
        url,
        serverId: id,
        ...(isSkipped ? {action: 'skip'} : {action: 'remove', order: {do: 'remove', id}}),
      }
    })
  }
}

/** Of the same name, and nothing says that it is another one. */
function isMaybe(server: DescribedServer, {said, url, isNameless}: Addressed): boolean {
  const isAlike = !isNameless && folded(server.name) === folded(said.name)
  return isAlike && !isElsewhere(server, {kind: said.kind, url})
}

interface Sign {
  readonly ofServer: (server: DescribedServer) => string
  readonly ofEntry: (listed: Listed, at: Addressed) => string
}

const hasId: Sign = {
  ofServer: ({id, kind}) => `${kind} ${id}`,
  ofEntry: ({id}, {said}) => `${said.kind} ${id ?? ''}`,
}
const hasAddress: Sign = {
  ofServer: ({kind, url}) => `${kind} ${url}`,
  ofEntry: (_, {said, url}) => `${said.kind} ${url}`,
}
function folded(name: string | null): string {
  return (name ?? '').trim().toLowerCase()
}

function nameOf(entry: Listed | Unlisted): string | null {
  return 'said' in entry ? entry.said.name : entry.name
}

/** By item: the place of the entry before it that leads to the same server. */
function repeated(entries: readonly Entry[]): Map<number, string> {
  const first = new Map<string, Entry>()
  const twice = new Map<number, string>()
  for (const entry of entries) {
    if (entry.choice?.do === 'skip') continue
    const sign = hasAddress.ofEntry(entry.listed, entry.at)
    const before = first.get(sign)
    if (before === undefined) first.set(sign, entry)
    else twice.set(entry.item, before.listed.place)
  }
  return twice
}

function blankItem(item: number, place: string | null): PlannedItem {
  return {
    item,
    place,
    action: 'refused',
    serverId: null,
    name: null,
    kind: null,
    url: null,
    changes: [],
    missing: [],
    warnings: [],
    refusal: null,
    order: null,
  }
}

function refusedEntry({place, name, faults}: Unlisted, item: number, isSkipped: boolean): PlannedItem {
  const blank = {...blankItem(item, place), name}
  return isSkipped ? {...blank, action: 'skip'} : refused(blank, new DraftInvalid('server', faults))
}

function refused(item: PlannedItem, error: CommodarrError): PlannedItem {
  const {code, message} = error
  const faults = error instanceof DraftInvalid ? error.faults : []
  return {...item, action: 'refused', refusal: {code, message, faults}}
}
