/**
 * Makes, changes and removes servers for people. Who may do what is asked first (`rights.ts`), what a draft means is
 * decided in `definition-of.ts`, how it is written in `writes.ts`. Of servers of the file the definition is changed in
 * the file; how they look and with whom they are shared is kept here.
 */
import {randomBytes} from 'node:crypto'
import type {FileServerPatch, FileServers} from '#config/edit/config-file.ts'
import {sameValue} from '#config/schema/diff-servers.ts'
import type {Acting, UserId} from '#model/access.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import {plainReach, type ServerCard, type ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {DraftInvalid} from '../owned/draft.ts'
import {encryptedSecrets, knowerOf, secretStates} from '../owned/secrets.ts'
import {grantsOf, type Sharing} from '../owned/sharing.ts'
import type {OwnedWrites} from '../owned/writes.ts'
import {definitionOf, draftOf, isSameWay, patched, type Drafted, type Former} from './definition-of.ts'
import {
  lookFields,
  type DescribedServer,
  type ServerDraft,
  type ServerEditor,
  type ServerLook,
  type ServerPatch,
} from './draft.ts'
import type {ServerDirectory} from './directory.ts'
import {lookFaults} from './draft-checks.ts'
import {placesAfter, placesWith} from './order.ts'
import {demandCreating, demandFile, demandManaging} from './rights.ts'
import {contextIn, storedDefinition, type StoredServer} from './stored.ts'

/** Of one owner; a list of more is no list of servers any more. */
const MOST_SERVERS = 200
/** Begins ids of servers that people add; no section of the file is called so. */
const OF_USER = 's_'

/** Somebody added it: once it is removed, no other server is ever called so. */
export function isOfUser(id: ServerId): boolean {
  return id.startsWith(OF_USER)
}

export class ServerService implements ServerEditor {
  readonly writes: OwnedWrites<ServerId, StoredServer>
  readonly #directory: ServerDirectory
  /** Writes the configuration file; `null` = there is none to write. */
  readonly #file: FileServers | null
  /** What speaks against this address; `null` = nothing. */
  readonly #objectionTo: (definition: ServerDefinition) => CommodarrError | null
  readonly #userExists: (id: UserId) => boolean

  constructor(
    writes: OwnedWrites<ServerId, StoredServer>,
    directory: ServerDirectory,
    file: FileServers | null,
    objectionTo: (definition: ServerDefinition) => CommodarrError | null,
    userExists: (id: UserId) => boolean,
  ) {
    this.writes = writes
    this.#directory = directory
    this.#file = file
    this.#objectionTo = objectionTo
    this.#userExists = userExists
  }

  create(by: Acting, draft: ServerDraft): Promise<ServerCard> {
    return this.#done(by, 'create', null, async () => {
      demandCreating(by.access)
      const ownerId = by.actor.userId
      this.#demandRoom(ownerId)
      const id = this.#newId()
      const drafted = this.#drafted(by, draft, {id, ownerId, former: null})
      const stored: StoredServer = {
        id,
        origin: 'user',
        ownerId,
        grants: [],
        createdAt: this.writes.clock.now(),
        own: storedDefinition(drafted),
        secrets: drafted.secrets,
        encrypted: encryptedSecrets(drafted, {}, this.writes.sealer, contextIn(id)),
        look: this.#look(draft, null),
      }
      const args = {kind: draft.kind, url: drafted.definition.url}
      await this.#write(by, 'create', drafted.definition.name, args, stored, draft.position ?? undefined)
      return this.#card(id)
    })
  }

  change(by: Acting, id: ServerId, patch: ServerPatch): Promise<ServerCard> {
    return this.#done(by, 'change', id, async () => {
      demandManaging(by.access, id)
      const card = this.#card(id)
      const former = this.#former(id)
      if (card.origin === 'file') await this.#changeFile(by, card, former, patch)
      else {
        const drafted = this.#drafted(by, patched(draftOf(former), patch), {
          id,
          ownerId: card.ownerId,
          former,
        })
        const before = this.#directory.stored(id)!
        await this.#write(
          by,
          'change',
          former.definition.name,
          {fields: namesOf(patch)},
          {
            ...before,
            own: storedDefinition(drafted),
            secrets: drafted.secrets,
            encrypted: encryptedSecrets(drafted, before.encrypted, this.writes.sealer, contextIn(id)),
            look: this.#look(patch, before.look),
          },
          patch.position,
        )
      }
      return this.#card(id)
    })
  }

  remove(by: Acting, id: ServerId): Promise<void> {
    return this.#done(by, 'remove', id, async () => {
      // Nobody sees it; else what waits for it would wait for ever.
      if (this.#directory.isUnread(id) && by.access.permits('admin') && by.access.everywhere)
        return this.writes.remove(id, eventOf(by, 'remove', id, id, {}))
      demandManaging(by.access, id)
      const {origin} = this.#card(id)
      const {name} = this.#former(id).definition
      const event = eventOf(by, 'remove', name, id, {})
      if (origin === 'user') return this.writes.remove(id, event)
      demandFile(by.access)
      await this.writes.inFile(this.#file, event, (file) => file.remove(id))
    })
  }

  share(by: Acting, id: ServerId, sharing: Sharing): Promise<void> {
    return this.#done(by, 'share', id, async () => {
      demandManaging(by.access, id)
      const card = this.#card(id)
      const grants = grantsOf('server', card, sharing, this.#userExists)
      const args = {everyone: sharing.everyone, users: sharing.users}
      await this.#write(by, 'share', this.#former(id).definition.name, args, {...this.#kept(card), grants})
    })
  }

  /** Some of his servers take each other's places. */
  order(by: Acting, ids: readonly ServerId[]): Promise<void> {
    return this.#done(by, 'order', null, async () => {
      for (const id of ids) demandManaging(by.access, id)
      if (new Set(ids).size < ids.length)
        throw new DraftInvalid('server', [{field: 'ids', accepted: 'each server once'}])
      const places = placesAfter(this.#directory.cards(), ids)
      const moved = [...places].map(([id, position]) => {
        const kept = this.#kept(this.#card(id))
        return {...kept, look: {...kept.look, position}}
      })
      if (moved.length === 0) return
      await this.writes.put(moved, eventOf(by, 'order', '', null, {ids}))
    })
  }

  describe(id: ServerId): DescribedServer | null {
    const card = this.#directory.card(id)
    const former = this.#directory.former(id)
    return card && former && describeServer(card, former)
  }

  /**
   * The server as it would be, for trying it.
   * @param id `null` = a new one; else what the patch leaves out is as it is, secrets included
   * @throws {CommodarrError} as `create` and `change` do
   */
  drafted(by: Acting, id: ServerId | null, draft: ServerDraft | ServerPatch): Drafted {
    if (id === null) {
      demandCreating(by.access)
      const ownerId = by.actor.userId
      return this.#drafted(by, draft as ServerDraft, {id: asServerId('test'), ownerId, former: null})
    }
    demandManaging(by.access, id)
    const former = this.#former(id)
    const {ownerId, origin} = this.#card(id)
    if (origin === 'file') demandFile(by.access)
    const full = patched(draftOf(former), draft)
    return this.#drafted(by, full, {id, ownerId, former, isFile: origin === 'file'})
  }

  #drafted(
    by: Acting,
    draft: ServerDraft,
    about: {id: ServerId; ownerId: UserId | null; former: Former | null; isFile?: boolean},
  ): Drafted {
    const {id, ownerId, former, isFile = false} = about
    const drafted = definitionOf(draft, {
      id,
      former,
      by: by.actor.userId,
      knower: knowerOf(by.actor),
      administrator: by.access.permits('admin'),
      reach: (way) => (isFile ? plainReach.anywhere : this.#directory.reachFor(ownerId, way)),
    })
    if ('length' in drafted) throw new DraftInvalid('server', drafted)
    const isNewWay = former === null || !isSameWay(former.definition, drafted.definition)
    const objection = isNewWay ? this.#objectionTo(drafted.definition) : null
    if (objection) throw objection
    return drafted
  }

  /** What has a key in the file goes there, the rest stays here. */
  async #changeFile(by: Acting, card: ServerCard, former: Former, patch: ServerPatch): Promise<void> {
    const {id} = card
    const {look, rest} = split(patch)
    const faults = lookFaults(look)
    if (faults.length > 0) throw new DraftInvalid('server', faults)
    const {name} = former.definition
    if (Object.keys(rest).length > 0) {
      demandFile(by.access)
      const full = patched(draftOf(former), rest)
      const {definition} = this.#drafted(by, full, {id, ownerId: null, former, isFile: true})
      const changes = filePatch(former.definition, definition)
      const event = eventOf(by, 'change', name, id, {fields: namesOf(rest)})
      if (Object.keys(changes).length > 0)
        await this.writes.inFile(this.#file, event, (file) => file.change(id, changes))
    }
    if (Object.keys(look).length === 0) return
    const kept = this.#kept(card)
    await this.#write(
      by,
      'change',
      name,
      {fields: namesOf(look)},
      {...kept, look: this.#look(look, kept.look)},
      look.position,
    )
  }

  /** @param place in the list that `by` sees; `undefined` = where it is */
  async #write(
    by: Acting,
    verb: string,
    name: string,
    args: object,
    server: StoredServer,
    place?: number | null,
  ): Promise<void> {
    const put = new Map([[server.id, server]])
    const change = (id: ServerId, look: Partial<StoredServer['look']>) => {
      const now = put.get(id) ?? this.#directory.stored(id) ?? this.#kept(this.#card(id))
      put.set(id, {...now, look: {...now.look, ...look}})
    }
    const places =
      place === undefined ? [] : placesWith(this.#directory.cards(), by.access.servers, server.id, place)
    for (const [id, position] of places) change(id, {position})
    for (const id of this.#noLongerDefault(server)) change(id, {defaultForAdding: false})
    await this.writes.put([...put.values()], eventOf(by, verb, name, server.id, args))
  }

  /** One server of an owner is the default for adding. */
  #noLongerDefault({id: its, ownerId: owner, look: {defaultForAdding}}: StoredServer): ServerId[] {
    if (!defaultForAdding) return []
    return this.#directory
      .storedOf(owner)
      .filter(({id, look}) => id !== its && look.defaultForAdding)
      .map(({id}) => id)
  }

  /** Its place stays, and that of a new one is behind all others. */
  #look(given: Partial<ServerLook>, before: StoredServer['look'] | null): StoredServer['look'] {
    const {position: _place, ...look} = split(given).look
    const plain = {tags: [], colour: null, icon: null, defaultForAdding: false}
    return {...plain, position: this.#lastPosition(), ...before, ...look}
  }

  #lastPosition(): number {
    return (this.#directory.cards().at(-1)?.position ?? -1) + 1
  }

  /** What the database has or will have of it: of a server of the file there may be nothing yet. */
  #kept({id, tags, colour, icon, position, defaultForAdding}: ServerCard): StoredServer {
    const kept = this.#directory.stored(id)
    if (kept) return kept
    const secrets = {password: null, apiKey: null, basicAuth: null, httpProxy: null}
    return {
      id,
      origin: 'file',
      ownerId: null,
      own: null,
      secrets,
      encrypted: {},
      grants: [],
      look: {tags, colour, icon, position, defaultForAdding},
      createdAt: this.writes.clock.now(),
    }
  }

  #card(id: ServerId): ServerCard {
    const card = this.#directory.card(id)
    if (card === null) throw new ServerUnknown(id)
    return card
  }

  #former(id: ServerId): Former {
    const former = this.#directory.former(id)
    if (former === null) throw new ServerUnknown(id)
    return former
  }

  #demandRoom(ownerId: UserId | null): void {
    const own = this.#directory.storedOf(ownerId).filter((it) => it.origin === 'user')
    if (own.length < MOST_SERVERS) return
    throw new CommodarrError('forbidden', `You have ${MOST_SERVERS} servers, the maximum.`)
  }

  /** No section of the file is called like this. */
  #newId(): ServerId {
    for (;;) {
      const id = asServerId(`${OF_USER}${base32(randomBytes(10))}`)
      if (this.#directory.stored(id) === null) return id
    }
  }

  #done<T>(by: Acting, verb: string, id: ServerId | null, work: () => Promise<T>): Promise<T> {
    const name = () => (id === null ? '' : (this.#directory.former(id)?.definition.name ?? ''))
    return this.writes.attempt(() => eventOf(by, verb, name(), id, {}), work)
  }
}

function eventOf(
  by: Acting,
  verb: string,
  name: string,
  serverId: ServerId | null,
  args: object,
): AuditEvent {
  return {actor: by.actor, subject: 'server', verb, name, serverId, args}
}

/** Lower-case letters and digits that nobody mistakes for others; ten of them for five bytes twice. */
function base32(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte & 31]).join('')
}

/** Everything but the secrets. */
function describeServer(card: ServerCard, {definition, secrets}: Former): DescribedServer {
  const {password: _p, apiKey: _a, httpProxy: _h, basicAuth, reach: _r, ...plain} = definition
  return {...plain, ...card, basicAuthUser: basicAuth?.username ?? null, secrets: secretStates(secrets)}
}

/* What a change of a server is made of: for the file, for here, for the journal. */

/** How it looks stays here, also of servers of the file; the rest is its definition. */
function split(patch: ServerPatch): {look: Partial<ServerLook>; rest: ServerPatch} {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  const isLook = ([field]: [string, unknown]) => (lookFields as readonly string[]).includes(field)
  return {
    look: Object.fromEntries(given.filter(isLook)),
    rest: Object.fromEntries(given.filter((entry) => !isLook(entry))),
  }
}

/** For the journal, as the API spells them; names alone: what was typed may be a secret. */
function namesOf(patch: ServerPatch): string[] {
  return Object.entries(patch)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
}

/** What the file is to say differently. @throws {DraftInvalid} a section cannot become another kind */
function filePatch(before: ServerDefinition, after: ServerDefinition): FileServerPatch {
  const {id: _id, kind: _kind, reach: _reach, obstacle: _obstacle, ...fields} = after
  const changed = Object.entries(fields).filter(
    ([field, value]) => !sameValue(before[field as keyof ServerDefinition], value),
  )
  if (before.kind !== after.kind) {
    throw new DraftInvalid('server', [{field: 'kind', found: after.kind, accepted: before.kind}])
  }
  return Object.fromEntries(changed)
}
