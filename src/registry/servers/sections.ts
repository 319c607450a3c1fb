/**
 * What the sections of servers say of their torrents, and `[Settings]`, changed by people in the file. Who may is asked
 * first; what a value may be is said by what reads the file; the action is written down before.
 */
import {isTable, type RawTable} from '#config/document/document.ts'
import type {
  FileObstacle,
  FileSections,
  KeyConflict,
  KnownValues,
  SectionChange,
} from '#config/edit/config-file.ts'
import type {DiffHunk} from '#config/edit/file-diff.ts'
import {editsOf, type PathEdit} from '#config/edit/toml-edit.ts'
import type {Acting} from '#model/access.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {ServerDirectory} from './directory.ts'
import type {OwnedWrites} from '../owned/writes.ts'
import {DraftInvalid} from '../owned/draft.ts'
import {demandFile, demandManaging} from './rights.ts'
import {sectionEffect, type SectionEffect} from './section-effect.ts'
import type {StoredServer} from './stored.ts'
import {programSectionKeys, serverSectionKeys, type SectionKey} from './section-keys.ts'

/** Also: it stands in no file, as somebody added the server here; who asks is no administrator. */
type SectionObstacle = FileObstacle | 'added_here' | 'forbidden'

export interface DescribedSection {
  /** By the names of the file. */
  readonly settings: RawTable
  readonly obstacle: SectionObstacle | null
}

/** `null` in it takes a key out; rows and lists are given whole. */
type SectionPatch = Readonly<Record<string, unknown>>

export interface SectionOutcome extends SectionEffect {
  /** What is written into the file. */
  readonly lines: readonly DiffHunk[]
  /** Keys that were changed elsewhere meanwhile: of a preview alone, as nothing is written while there is one. */
  readonly conflicts: readonly KeyConflict[]
}

const PROGRAM = 'Settings'

interface Meant {
  readonly section: string
  readonly keys: readonly SectionKey[]
  readonly event: (args: object) => AuditEvent
  readonly was: KnownValues
}

export class SectionService {
  readonly #directory: Pick<ServerDirectory, 'card' | 'former'>
  readonly #writes: Pick<OwnedWrites<ServerId, StoredServer>, 'inTurn' | 'announced' | 'followed'>
  /** Writes the configuration file; `null` = there is none. */
  readonly #file: FileSections | null

  constructor(
    directory: Pick<ServerDirectory, 'card' | 'former'>,
    writes: Pick<OwnedWrites<ServerId, StoredServer>, 'inTurn' | 'announced' | 'followed'>,
    file: FileSections | null,
  ) {
    this.#directory = directory
    this.#writes = writes
    this.#file = file
  }

  /** @throws {CommodarrError} server_unknown, forbidden */
  async describe(by: Acting, id: ServerId): Promise<DescribedSection> {
    demandManaging(by.access, id)
    if (this.#directory.card(id)?.origin !== 'file') return {settings: {}, obstacle: 'added_here'}
    return this.#described(id, serverSectionKeys(), by)
  }

  /**
   * @param preview nothing is done; the answer is what it would mean
   * @param was what keys were when the person began; one that is something else by now is a conflict
   * @throws {CommodarrError} server_unknown, forbidden, changed_meanwhile, {@link DraftInvalid}, and whatever keeps the
   *   file from being written
   */
  change(
    by: Acting,
    id: ServerId,
    patch: SectionPatch,
    preview: boolean,
    was: KnownValues = {},
  ): Promise<SectionOutcome> {
    demandManaging(by.access, id)
    const {card, former} = {card: this.#directory.card(id), former: this.#directory.former(id)}
    if (card?.origin !== 'file') {
      throw new CommodarrError('not_supported', 'This server was added here, so no section is about it.')
    }
    demandFile(by.access)
    const name = former?.definition.name ?? id
    const event = (args: object): AuditEvent => ({
      actor: by.actor,
      subject: 'server',
      verb: 'change',
      name,
      serverId: id,
      args,
    })
    return this.#changed({section: id, keys: serverSectionKeys(), event, was}, patch, preview)
  }

  /** `[Settings]`; for administrators, as its routes see to. */
  describeProgram(by: Acting): Promise<DescribedSection> {
    return this.#described(PROGRAM, programSectionKeys(), by)
  }

  /** @throws {CommodarrError} as `change` */
  changeProgram(
    by: Acting,
    patch: SectionPatch,
    preview: boolean,
    was: KnownValues = {},
  ): Promise<SectionOutcome> {
    const event = (args: object): AuditEvent => ({
      actor: by.actor,
      subject: 'setting',
      verb: 'change',
      name: `[${PROGRAM}]`,
      serverId: null,
      args,
    })
    return this.#changed({section: PROGRAM, keys: programSectionKeys(), event, was}, patch, preview)
  }

  async #described(section: string, keys: readonly SectionKey[], by: Acting): Promise<DescribedSection> {
    if (this.#file === null) return {settings: {}, obstacle: 'no_file'}
    const settings = offered(this.#file.keysOf(section), new Set(keys.map(({path}) => path)))
    const obstacle = by.access.permits('admin') ? await this.#file.obstacle(section) : 'forbidden'
    return {settings, obstacle}
  }

  async #changed(meant: Meant, patch: SectionPatch, preview: boolean): Promise<SectionOutcome> {
    const edits = offeredEdits(patch, meant.keys)
    const {was} = meant
    const file = this.#fileToChange()
    const outcome = await this.#writes.inTurn(async () => {
      // Also before it is written: an action is of what can be done.
      const outcome = outcomeOf(await file.preview(meant.section, edits, was))
      if (!preview && outcome.conflicts.length > 0) throw conflict('The file', outcome.conflicts)
      if (!preview && outcome.changes) {
        const event = meant.event({fields: edits.map(({path}) => `settings.${path.join('.')}`)})
        await this.#writes.announced(event, async () => {
          const {conflicts} = outcomeOf(await file.change(meant.section, edits, was))
          if (conflicts.length > 0) throw conflict('The file', conflicts)
        })
      }
      return outcome
    })
    if (!preview) await this.#writes.followed()
    return outcome
  }

  #fileToChange(): FileSections {
    if (this.#file !== null) return this.#file
    throw new CommodarrError('forbidden', 'There is no configuration file to change.')
  }
}

export function conflict(what: 'The file' | 'It', conflicts: readonly KeyConflict[]): CommodarrError {
  const keys = conflicts.map(({key}) => key).join(', ')
  return new CommodarrError(
    'changed_meanwhile',
    `${what} was changed meanwhile: ${keys}. Nothing is written.`,
    {keys},
  )
}

/** @throws {DraftInvalid} */
function outcomeOf({faults, conflicts, lines, before, after}: SectionChange): SectionOutcome {
  if (faults.length === 0) return {...sectionEffect(before, after), conflicts, lines}
  throw new DraftInvalid(
    'server',
    faults.map(({key, found, accepted}) => ({
      field: `settings.${key}`,
      accepted,
      ...(found !== null && {found}),
    })),
  )
}

/** How a server is reached, and every secret, is changed elsewhere. @throws {DraftInvalid} */
function offeredEdits(patch: SectionPatch, keys: readonly SectionKey[]): PathEdit[] {
  const edits = editsOf(patch)
  const strange = edits
    .map(({path}) => path.join('.'))
    .filter((path) => !keys.some((key) => key.path === path))
  if (strange.length === 0) return edits
  throw new DraftInvalid(
    'server',
    strange.map((path) => ({field: `settings.${path}`, accepted: 'a key of GET /api/sections/keys'})),
  )
}

/** Those of them that are offered, in the tables they stand in. */
function offered(table: RawTable, paths: ReadonlySet<string>, above = ''): RawTable {
  const kept = Object.entries(table).flatMap(([key, value]): [string, unknown][] => {
    const path = `${above}${key}`
    if (paths.has(path)) return value instanceof Secret ? [] : [[key, value]]
    return isTable(value) ? [[key, offered(value, paths, `${path}.`)]] : []
  })
  return Object.fromEntries(kept.filter(([, value]) => !isTable(value) || Object.keys(value).length > 0))
}
