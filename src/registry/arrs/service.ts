/**
 * Makes, changes and removes Arrs for people. Who may do what is asked first (`rights.ts`), what a draft means is
 * decided in `section.ts`, how it is written in `writes.ts`. Arrs of the file are changed in the file; with whom they
 * are shared is kept here.
 */
import {randomBytes} from 'node:crypto'
import {ceilingOf} from '#accounts/grants.ts'
import type {FileArrs, FileObstacle, KeyConflict, KnownValues} from '#config/edit/config-file.ts'
import {conflictsIn} from '#config/edit/key-conflicts.ts'
import type {DiffHunk} from '#config/edit/file-diff.ts'
import {editsOf, type PathEdit} from '#config/edit/toml-edit.ts'
import type {TomlValue} from '#config/edit/toml-text.ts'
import {arrShape, type ArrConfig} from '#config/schema/schema-arrs.ts'
import type {Principal, UserId} from '#model/access.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {ArrCard} from '#model/arr-service.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Reach} from '#model/server.ts'
import {categoryKey} from '#model/torrent.ts'
import {DraftInvalid} from '../owned/draft.ts'
import {encryptedSecrets, knowerOf, secretStates} from '../owned/secrets.ts'
import {grantsOf, type Sharing} from '../owned/sharing.ts'
import type {OwnedWrites} from '../owned/writes.ts'
import {conflict} from '../servers/sections.ts'
import type {ArrDirectory} from './directory.ts'
import {ArrUnknown, type ArrDraft, type ArrPatch, type DescribedArr, type SectionKeys} from './draft.ts'
import {effectOf, type ChangeEffect} from './setting-keys.ts'
import {inTables} from './keys.ts'
import {demandAdding, demandFile, demandOn, levelOn, mayOn} from './rights.ts'
import {arrOf, patched, type Drafted, type Former} from './section.ts'
import {sectionText} from './section-text.ts'
import {addedArr, contextIn, noSecrets, ownFrom, type StoredArr} from './stored.ts'
import {valuesOf, valuesOfFile, type ValuesInForce} from './values.ts'

export interface ArrOutcome {
  readonly effect: ChangeEffect
  /** What is written into the file; `null` = it stands in none. */
  readonly lines: readonly DiffHunk[] | null
  /** Keys that were changed elsewhere meanwhile: of a preview alone, as nothing is written while there is one. */
  readonly conflicts: readonly KeyConflict[]
  /** As its manager would go by it. */
  readonly after: ArrConfig
}

type ArrFileObstacle = FileObstacle | 'forbidden'

/** Of one owner; each has a thread of its own. */
const mostArrs = {administrator: 50, member: 10} as const

export class ArrService {
  readonly writes: OwnedWrites<ArrId, StoredArr>
  readonly #directory: ArrDirectory
  /** Writes the configuration file; `null` = there is none to write. */
  readonly #file: FileArrs | null
  /** What speaks against this address; `null` = nothing. */
  readonly #objectionTo: (url: string, reach: Reach) => CommodarrError | null
  readonly #userExists: (id: UserId) => boolean

  #beforeRemoval: (id: ArrId) => Promise<void> = async () => undefined

  constructor(
    writes: OwnedWrites<ArrId, StoredArr>,
    directory: ArrDirectory,
    file: FileArrs | null,
    objectionTo: (url: string, reach: Reach) => CommodarrError | null,
    userExists: (id: UserId) => boolean,
  ) {
    this.writes = writes
    this.#directory = directory
    this.#file = file
    this.#objectionTo = objectionTo
    this.#userExists = userExists
  }

  /** What he sees, in the order of the directory. */
  seenBy(by: Principal): readonly ArrCard[] {
    return this.#directory.cards().filter((card) => levelOn(by, card) !== null)
  }

  /** He may have it do something; `false` also for one that is not there for him. */
  mayCommand(by: Principal, id: ArrId): boolean {
    const card = this.#directory.card(id)
    return card !== null && mayOn(by, card, 'control')
  }

  /** @throws {CommodarrError} arr_unknown, forbidden, {@link DraftInvalid}, address_forbidden, a StorageFault */
  create(by: Principal, given: ArrDraft): Promise<ArrCard> {
    const draft = {...given, settings: inTables(given.settings, arrShape)}
    return this.#done(by, 'create', null, async () => {
      demandAdding(by)
      const ownerId = by.actor.userId
      this.#demandRoom(by)
      const id = this.#newId()
      const drafted = this.#drafted(by, draft, {id, ownerId, former: null})
      this.#demandAlone(by, id, drafted)
      const stored = addedArr(drafted, this.writes.sealer, {
        id,
        ownerId,
        position: this.#nextPosition(),
        createdAt: this.writes.clock.now(),
        ceiling: ceilingOf(by),
        caution: draft.caution ?? null,
      })
      const {kind, caution} = draft
      const args = {id, kind, url: drafted.config.URI, ...(caution && {caution})}
      await this.writes.put([stored], eventOf(by, 'create', drafted.name, args))
      return this.#card(id)
    })
  }

  /**
   * @param preview nothing is done; the answer is what it would mean
   * @param was what keys of it were when the person began; one that is something else by now is a conflict
   * @throws {CommodarrError} as `create`; changed_meanwhile
   */
  change(
    by: Principal,
    id: ArrId,
    given: ArrPatch,
    preview: boolean,
    was: KnownValues = {},
  ): Promise<ArrOutcome> {
    const {settings, ...fields} = given
    const patch: ArrPatch =
      settings === undefined ? fields : {...fields, settings: inTables(settings, arrShape)}
    return this.#done(by, 'change', id, async () => {
      const card = this.#managed(by, id)
      demandOn(by, card, id, 'control')
      const former = this.#former(id)
      const {ownerId, origin} = card
      if (origin === 'file') demandFile(by)
      if (origin === 'file' && patch.name !== undefined) {
        throw new DraftInvalid('Arr', [
          {field: 'name', accepted: 'the name of its section; rename it in the file'},
        ])
      }
      const drafted = this.#drafted(by, patched(former, patch), {id, ownerId, former})
      this.#demandAlone(by, id, drafted)
      const effect = effectOf(former.config, drafted.config)
      const edits = origin === 'file' ? fileEditsOf(patch) : null
      const outcome = {effect, after: drafted.config, ...(await this.#written(id, edits, former, was))}
      if (preview) return outcome
      if (outcome.conflicts.length > 0) throw conflict(edits === null ? 'It' : 'The file', outcome.conflicts)
      const event = eventOf(by, 'change', former.name, {id, fields: namesOf(patch), effect})
      if (edits !== null)
        await this.writes.inFile(this.#file, event, async (file) => {
          const {conflicts} = await file.change(id, edits, was)
          if (conflicts.length > 0) throw conflict('The file', conflicts)
        })
      else {
        const before = this.#directory.stored(id)!
        await this.writes.put(
          [
            {
              ...before,
              own: ownFrom(drafted, before.own?.caution ?? null),
              category: drafted.config.Category,
              secrets: drafted.secrets,
              encrypted: encryptedSecrets(drafted, before.encrypted, this.writes.sealer, contextIn(id)),
              // He answers for all that is done for it from now on.
              ceiling: ceilingOf(by),
            },
          ],
          event,
        )
      }
      return outcome
    })
  }

  /** @param edits `null` = it stands in no file */
  async #written(
    id: ArrId,
    edits: readonly PathEdit[] | null,
    {config, settings}: Former,
    was: KnownValues,
  ): Promise<Pick<ArrOutcome, 'lines' | 'conflicts'>> {
    if (edits === null) {
      // What has a field of its own, by the key that a section of the file has for it.
      const {URI, SkipTLSVerify, Category, Managed} = config
      const written = {URI, SkipTLSVerify, Category, Managed, ...settings}
      return {lines: null, conflicts: conflictsIn(written, was)}
    }
    if (this.#file === null) return {lines: null, conflicts: []}
    return this.#file.preview(id, edits, was)
  }

  /** Called once somebody may remove an Arr, while it can still be asked; when it rejects, the Arr stays. */
  beforeRemoval(work: (id: ArrId) => Promise<void>): void {
    this.#beforeRemoval = work
  }

  /**
   * Only what is known of it goes, and temporary quality profiles are put back first: else the Arr and its torrents are not
   * touched.
   * @throws {CommodarrError} as `create`
   */
  remove(by: Principal, id: ArrId): Promise<void> {
    return this.#done(by, 'remove', id, async () => {
      const unread = this.#directory.unread().find((it) => it.id === id)
      if (unread) {
        demandOn(by, unread, id, 'manage')
        return this.writes.remove(id, eventOf(by, 'remove', id, {id}))
      }
      const {origin, name} = this.#managed(by, id)
      const event = eventOf(by, 'remove', name, {id})
      if (origin === 'file') demandFile(by)
      await this.#beforeRemoval(id)
      if (origin === 'user') return this.writes.remove(id, event)
      await this.writes.inFile(this.#file, event, (file) => file.remove(id))
    })
  }

  /** @throws {CommodarrError} as `create` */
  share(by: Principal, id: ArrId, sharing: Sharing): Promise<void> {
    return this.#done(by, 'share', id, async () => {
      const card = this.#managed(by, id)
      const grants = grantsOf('Arr', card, sharing, this.#userExists)
      const args = {id, everyone: sharing.everyone, users: sharing.users}
      await this.writes.put([{...this.#kept(card), grants}], eventOf(by, 'share', card.name, args))
    })
  }

  /** Why its section cannot be changed by him; `null` = it can, or it is no section. @throws {CommodarrError} arr_unknown, forbidden */
  async obstacle(by: Principal, id: ArrId): Promise<ArrFileObstacle | null> {
    const {origin} = this.#managed(by, id)
    if (origin !== 'file') return null
    if (!by.access.permits('admin')) return 'forbidden'
    return this.#file === null ? 'no_file' : this.#file.obstacle(id)
  }

  /** @throws {CommodarrError} arr_unknown, forbidden */
  describe(by: Principal, id: ArrId): DescribedArr {
    const card = this.#managed(by, id)
    const former = this.#directory.former(id)
    const {config, settings, secrets} = former ?? {config: null, settings: {}, secrets: noSecrets}
    const toml = former && sectionText(card.name, former)
    const skipVerify = config?.SkipTLSVerify ?? false
    const values = this.#valuesOf(card, settings)
    return {...card, ...values, skipVerify, settings, toml, secrets: secretStates(secrets)}
  }

  #valuesOf({id, origin}: ArrCard, settings: SectionKeys): ValuesInForce {
    if (origin === 'user') return valuesOf(settings, null)
    return this.#file === null ? valuesOfFile({settings}) : valuesOf(settings, this.#file.said(id))
  }

  #drafted(
    by: Principal,
    draft: ArrDraft,
    about: {id: ArrId; ownerId: UserId | null; former: Former | null},
  ): Drafted {
    const {id, ownerId, former} = about
    const drafted = arrOf(draft, {id, former, by: by.actor.userId, knower: knowerOf(by.actor)})
    if ('length' in drafted) throw new DraftInvalid('Arr', drafted)
    const origin = this.#directory.card(id)?.origin ?? 'user'
    const isNewWay = former?.config.URI !== drafted.config.URI
    const objection =
      isNewWay && this.#objectionTo(drafted.config.URI!, this.#directory.reachOf({origin, ownerId}))
    if (objection) throw objection
    return drafted
  }

  /**
   * An Arr that would keep itself or another one off is not made. Of others he is told by name as far as he sees them;
   * what he does not see is no obstacle (`clashesAmong`).
   */
  #demandAlone(by: Principal, id: ArrId, {config}: Drafted): void {
    if (!config.Managed) return
    const others = this.seenBy(by).filter((it) => it.id !== id && it.enabled)
    const fault = (field: string, same: readonly ArrCard[]) =>
      same.length === 0
        ? []
        : [{field, accepted: `another one than that of ${same.map(({name}) => name).join(', ')}`}]
    const faults = [
      ...fault(
        'category',
        others.filter(({category}) => categoryKey(category) === categoryKey(config.Category)),
      ),
      ...fault(
        'url',
        others.filter(({url}) => url === config.URI),
      ),
    ]
    const former = this.#directory.former(id)
    const isAsBefore = former?.config.Category === config.Category && former.config.URI === config.URI
    // Who has them already may change something else about one of them.
    if (faults.length > 0 && !(isAsBefore && former.config.Managed)) throw new DraftInvalid('Arr', faults)
  }

  /** What the database has or will have of it: of an Arr of the file there may be nothing yet. */
  #kept({id}: ArrCard): StoredArr {
    return (
      this.#directory.stored(id) ?? {
        id,
        origin: 'file',
        ownerId: null,
        own: null,
        category: '',
        secrets: noSecrets,
        encrypted: {},
        grants: [],
        position: 0,
        createdAt: this.writes.clock.now(),
        ceiling: null,
      }
    )
  }

  /** @throws {CommodarrError} arr_unknown, forbidden */
  #managed(by: Principal, id: ArrId): ArrCard {
    const card = this.#directory.card(id)
    demandOn(by, card, id, 'manage')
    return card
  }

  #card(id: ArrId): ArrCard {
    const card = this.#directory.card(id)
    if (card === null) throw new ArrUnknown(id)
    return card
  }

  #former(id: ArrId): Former {
    const former = this.#directory.former(id)
    if (former !== null) return former
    throw new CommodarrError('config_invalid', 'Its section has a fault. Fix it in the file first.')
  }

  #demandRoom({actor, access}: Principal): void {
    const most = mostArrs[access.permits('admin') ? 'administrator' : 'member']
    if (this.#directory.storedOf(actor.userId).length < most) return
    throw new CommodarrError('forbidden', `You have ${most} Arrs, and may not add more.`)
  }

  #nextPosition(): number {
    const places = this.#directory.cards().map(({id}) => this.#directory.stored(id)?.position ?? 0)
    return Math.max(-1, ...places) + 1
  }

  /** No section of the file is called like this. */
  #newId(): ArrId {
    for (;;) {
      const id = asArrId(`a_${randomBytes(8).toString('hex')}`)
      if (this.#directory.stored(id) === null) return id
    }
  }

  #done<T>(by: Principal, verb: string, id: ArrId | null, work: () => Promise<T>): Promise<T> {
    const name = () => (id === null ? '' : (this.#directory.card(id)?.name ?? ''))
    return this.writes.attempt(() => eventOf(by, verb, name(), id === null ? {} : {id}), work)
  }
}

export function eventOf(by: Principal, verb: string, name: string, args: object): AuditEvent {
  return {actor: by.actor, subject: 'arr', verb, name, serverId: null, args}
}

/** Of what changes, never what it becomes. */
function namesOf({settings = {}, ...rest}: ArrPatch): string[] {
  const fields = Object.entries(rest).filter(([, value]) => value !== undefined)
  return [...fields.map(([name]) => name), ...Object.keys(settings).map((key) => `settings.${key}`)]
}

/** What a patch of an Arr means for its section in the file: one edit for each key that is to say something else. */
function fileEditsOf({url, category, skipVerify, enabled, apiKey, settings = {}}: ArrPatch): PathEdit[] {
  const own: readonly [string, TomlValue | null | undefined][] = [
    ['URI', url],
    ['Category', category],
    ['SkipTLSVerify', skipVerify],
    ['Managed', enabled],
    ['APIKey', apiKey === null || apiKey === undefined ? apiKey : apiKey.reveal()],
  ]
  return [
    ...own.flatMap(([key, value]) => (value === undefined ? [] : [edit([key], value)])),
    ...editsOf(settings),
  ]
}

function edit(path: readonly string[], value: TomlValue | null): PathEdit {
  return {path, value: value ?? undefined}
}
