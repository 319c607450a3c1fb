/**
 * What any list of servers becomes when it is read. A list says only some things of a server; what it does not say
 * stays as it is where the server is known already, and as everywhere else where it is new.
 */
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDraft} from '../servers/draft.ts'
import type {DraftFault} from '../owned/draft.ts'

export const importFormats = ['commodarr', 'torrent-vibe', 'qui', 'config', 'addresses'] as const
export type ImportFormat = (typeof importFormats)[number]

/** Only what the list says. */
export type Said = Pick<ServerDraft, Named> & {
  readonly [F in Exclude<keyof ServerDraft, Named>]?: ServerDraft[F]
}
type Named = 'kind' | 'name' | 'address'

export const importLimits = {bytes: 1024 * 1024, servers: 1_000} as const

/** As it was pasted, or as JSON that was parsed already. */
export type ListInput = {readonly text: string} | {readonly json: unknown}

export interface ListOptions {
  readonly format: ImportFormat | 'auto'
  readonly passphrase: Secret | null
}

export interface Listed {
  /** Where in the list it stands, for a person: `servers.3`, `[qBit-Box]`, `line 2`. */
  readonly place: string
  /** In the place it comes from; `null` = that says nothing here. */
  readonly id: string | null
  readonly said: Said
  /** The list says no name: `said.name` is for a new server alone. */
  readonly isNameless?: boolean
  /** Secrets it has where it comes from, and that did not come along. */
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
}

/** An entry that no server can be made of. */
export interface Unlisted {
  readonly place: string
  readonly name: string | null
  readonly faults: readonly DraftFault[]
}

export interface ServerList {
  readonly format: ImportFormat
  readonly entries: readonly (Listed | Unlisted)[]
  /** Of the list as a whole. */
  readonly warnings: readonly string[]
}

/** It is no list, or one that cannot be read. */
export class ImportInvalid extends CommodarrError {
  readonly faults: readonly DraftFault[]

  constructor(message: string, faults: readonly DraftFault[] = []) {
    super('import_invalid', message, {fields: faults.map(({field}) => field)})
    this.faults = faults
  }
}

/** What programs write in place of a secret: `********`, `••••`, `<redacted>`, `[REDACTED]`. */
export function isMasked(text: string): boolean {
  return /^[*•●]+$/.test(text) || /^[<[({](redacted|masked|hidden|secret)[>\])}]$/i.test(text)
}

/** `undefined` = it was not given. */
export function secretOf(text: string | undefined): Secret | undefined {
  return text === undefined || text === '' || isMasked(text) ? undefined : new Secret(text)
}

type Saying = Pick<Said, Named> & {readonly [F in keyof ServerDraft]?: ServerDraft[F] | undefined}

/** Fields that are `undefined` fall away: they were not said. */
export function saying(said: Saying): Said {
  return Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined),
  ) as unknown as Said
}
