/** What the rest of the house knows of `config.toml`. */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {ArrKind} from '#model/arr.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {CategoryRole} from './categories.ts'
import type {NamedKeys} from './named-keys.ts'
import type {RawTable} from './document/document.ts'
import type {Finding, Place} from './document/findings.ts'
import type {KeyPath} from './document/key-path.ts'
import type {Settings, WebUi} from './schema/schema.ts'
import type {ArrConfig} from './schema/schema-arrs.ts'
import type {ProwlarrConfig} from './schema/schema-prowlarr.ts'
import type {ServerRules} from './schema/schema-servers.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Keys have the names of the file (`config.webui.Token`); times are seconds, sizes bytes, `null` = off or not set. */
export interface Config {
  readonly settings: Settings
  readonly webui: WebUi
  /** In the order of the file. Disabled ones are there with `enabled: false`; sections with faults are in `off`. */
  readonly servers: readonly ServerDefinition[]
  readonly serverRules: ReadonlyMap<ServerId, ServerRules>
  /**
   * Tracker rows of all other sections, of those of Arrs and of those that are off or cannot be read as what they are: what
   * a tracker asks it asks, whatever becomes of the section that says so.
   */
  readonly otherTrackers: ReadonlyMap<string, ServerRules['Trackers']>
  readonly arrs: readonly ArrConfig[]
  /** Sound by themselves, and off because another section claims the same. */
  readonly clashingArrs: readonly ArrConfig[]
  /** What counts the questions to indexers. Those with faults are not here; the findings say which. */
  readonly prowlarrs: readonly ProwlarrConfig[]
  /** The program before us wrote the file, or its variables are set. */
  readonly isInherited: boolean
  /** Its version or its old spelling of `[qBit]` stands in the file. Of what is inherited, the part that nothing else explains. */
  readonly isWrittenByQbitrr: boolean
  /** Sections that stay off because of a fault; the findings say which. */
  readonly off: readonly OffSection[]
  /** What its categories are for, beside those of Arrs. */
  readonly categoryRoles: readonly CategoryRole[]
  /** Of these: something else of the file claims the same. The values above have them still: `withoutRoles`. */
  readonly rolesOff: readonly CategoryRole[]
  /** Of an Arr that does not say it. */
  readonly matchesSubcategories: boolean
  /**
   * The sections of the file as they stand there, unknown keys included, by the names they are read under (`[QBit]` is
   * `qBit`). Nothing of variables and of migrations is in it; values of secret keys are `Secret`.
   */
  readonly written: Readonly<Record<string, unknown>>
  /** Each key that file, older generations or variables say (`qBit.CategorySeeding.MaxUploadRatio`): it may say what is usual. */
  readonly said: ReadonlySet<string>
  /** The same of keys that protect, to be held against what was named before. */
  readonly named: NamedKeys
  /** There was a text. False: the file is missing or could not be read, so what it names is not known. */
  readonly isRead: boolean
}

/**
 * Does Commodarr write what it remembers of a torrent (`qBitrr-imported`, …) as tags on its server? Only for people who
 * know these tags: qBitrr surely wrote the file, or the file asks for them.
 */
export function writesOwnTags({
  settings,
  isWrittenByQbitrr,
}: Pick<Config, 'settings' | 'isWrittenByQbitrr'>): boolean {
  return !(settings.Tagless ?? !isWrittenByQbitrr)
}

export interface OffSection {
  readonly section: string
  /** `null` = nobody can tell, or a daemon that Commodarr has no client for. */
  readonly kind: ServerKind | ArrKind | null
  readonly reason: string
  /** Of an Arr: its torrents are nobody else's meanwhile. */
  readonly category?: string
}

/** Where the value of a key comes from. */
export interface SaidValue {
  readonly section: string
  /** Below its section, joined by dots; rows are one key. */
  readonly key: string
  /** Where the file says it, from 1; `null` = it does not. */
  readonly line: number | null
  /** The environment variable that decides it; `null` = the file does. */
  readonly variable: string | null
  /** What the variable says, shortened; `null` = the file says it, or it may be a secret. */
  readonly value: string | null
}

export interface LoadedConfig {
  readonly config: Config
  /** The file that was read; `null` = there is none, or it could not be read. */
  readonly path: string | null
  /** Where a file is looked for: the one read, the one asked for, or where a new one belongs. To be watched. */
  readonly expectedPath: string
  /** Every file that is looked for, also those that are not there. */
  readonly lookedAt: readonly string[]
  /** Folder for what we keep ourselves (`COMMODARR_DATA`, else `commodarr` beside the file). */
  readonly dataPath: string
  /** Could the document be read at all? False: syntax error, unreadable, asked for and missing. */
  readonly readable: boolean
  /** In the order of the file. */
  readonly findings: readonly Finding[]
  /** Where a value was written, also one that an older generation kept elsewhere; `null` = it is absent. */
  readonly placeOf: (path: KeyPath) => Place | null
  /** Every key that the file or a variable says, as it is read, in the order of the sections. */
  readonly values: () => readonly SaidValue[]
  /**
   * A section as it is read, with older generations and the environment over it; `null` = there is none. Values of secret
   * keys are `Secret`.
   */
  readonly sectionOf: (section: string) => RawTable | null
  /** Each variable that decides a key, with the key. */
  readonly variables: readonly {readonly variable: string; readonly key: string}[]
  /** Equal hashes mean: nothing changed (file, files it names, environment). */
  readonly hash: string
  /** Of the bytes of the configuration file alone; `null` = none could be read. */
  readonly fileHash: string | null
  /** Every file that was read: the configuration and the CA files it names. */
  readonly files: readonly string[]
}

export interface LoadOptions {
  /** From the command line; wins over every other place. */
  readonly path?: string | undefined
  readonly env: Environment
  readonly cwd: string
  /** Root of the file system, where `/config` of a container lies. For tests. */
  readonly root?: string | undefined
}
