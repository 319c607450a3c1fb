/**
 * What a person gives to have an Arr, and what he is shown of it: never a secret. Its settings are those of a section
 * of `config.toml`, by the same names and in the same units.
 */
import type {ArrKind} from '#model/arr.ts'
import type {ArrCard, ArrCaution} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {DraftSecret, SecretStates} from '../owned/secrets.ts'
import type {ValuesInForce} from './values.ts'

/** Keys of a section and the tables below it, as JSON. */
export type SectionKeys = {readonly [key: string]: unknown}

export interface ArrDraft {
  readonly kind: ArrKind
  readonly name: string
  readonly url: string
  readonly category: string
  readonly skipVerify: boolean
  readonly enabled: boolean
  readonly apiKey: DraftSecret
  /**
   * Everything else of a section. Secret keys in it are text that is given again, `null` to erase them, or left out to
   * stay.
   */
  readonly settings: SectionKeys
  /** How careful its rules begin; absent = as for any that is added. */
  readonly caution?: ArrCaution | undefined
}

/** Only what changes. In `settings` a key with `null` goes back to its default, one that is left out stays. */
export type ArrPatch = Partial<Omit<ArrDraft, 'kind' | 'caution'>>

/** By where they stand in a section. */
export const secretPaths = {
  apiKey: ['APIKey'],
  ombiKey: ['EntrySearch', 'Ombi', 'OmbiAPIKey'],
  overseerrKey: ['EntrySearch', 'Overseerr', 'OverseerrAPIKey'],
} as const
export type SecretField = keyof typeof secretPaths
export const secretFields = Object.keys(secretPaths) as readonly SecretField[]

/** Everything about an Arr but its secrets, for who may change it. */
export interface DescribedArr extends ArrCard, ValuesInForce {
  readonly skipVerify: boolean
  /** As they are written where they are changed: in the file, or in the database. */
  readonly settings: SectionKeys
  /** The same as a section of config.toml; `null` = its section has a fault. */
  readonly toml: string | null
  readonly secrets: SecretStates<SecretField>
}

/** Also what somebody is told of an Arr that he may not see: one answer for both, so that it tells neither. */
export class ArrUnknown extends CommodarrError {
  constructor(id: string) {
    super('arr_unknown', 'There is no Arr with this id.', {arrId: id})
  }
}
