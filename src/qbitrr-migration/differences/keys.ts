/** The keys of a configuration that make a difference, with where they stand. */
import type {LoadedConfig} from '#config/config.ts'
import {visible} from '#config/document/findings.ts'
import {keyPathText, type KeyPath} from '#config/document/key-path.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import type {ServerRules} from '#config/schema/schema-servers.ts'
import type {DifferencePlace} from '#model/qbitrr-migration.ts'
import {asServerId} from '#model/torrent-key.ts'

type Places = readonly DifferencePlace[]

export class Keys {
  readonly loaded: Pick<LoadedConfig, 'config' | 'placeOf' | 'findings'>
  /** Those that are looked after. */
  readonly arrs: readonly ArrConfig[]

  constructor(loaded: Keys['loaded']) {
    this.loaded = loaded
    // What is off for a clash will act once that is mended.
    const {arrs, clashingArrs} = loaded.config
    this.arrs = [...arrs, ...clashingArrs].filter(({Managed}) => Managed)
  }

  get settings(): LoadedConfig['config']['settings'] {
    return this.loaded.config.settings
  }

  at(path: KeyPath, value: string): DifferencePlace {
    const {line, variable} = this.loaded.placeOf(path) ?? {line: null, variable: null}
    return {key: visible(keyPathText(path)), line, variable, value: visible(value)}
  }

  has(path: KeyPath): boolean {
    return this.loaded.placeOf(path) !== null
  }

  /** @param valueOf what is in force there; `null` = it makes no difference */
  ofArrs(key: readonly string[], valueOf: (arr: ArrConfig) => string | null): Places {
    return this.arrs.flatMap((arr) => this.#place([arr.id, ...key], valueOf(arr)))
  }

  /** Of servers with managed categories. */
  ofServers(key: readonly string[], valueOf: (rules: ServerRules) => string | null): Places {
    return [...this.loaded.config.serverRules]
      .filter(([, {ManagedCategories}]) => ManagedCategories.length > 0)
      .flatMap(([id, rules]) => this.#place([id, ...key], valueOf(rules)))
  }

  /** Of the rows of managed categories that have values of their own. */
  ofCategories(concerns: (row: ServerRules['CategorySeeding']['Categories'][number]) => boolean): Places {
    return this.ofServers(['CategorySeeding', 'Categories'], ({CategorySeeding: {Categories}}) => {
      const count = Categories.filter(concerns).length
      return count === 0 ? null : `${count} ${count === 1 ? 'row' : 'rows'}`
    })
  }

  /** Is there more than one server? */
  get hasSeveralServers(): boolean {
    return this.loaded.config.serverRules.size > 1
  }

  /** Of the tracker rows of servers. */
  ofRows(key: readonly string[], valueOf: (row: ServerRules['Trackers'][number]) => string | null): Places {
    return [...this.loaded.config.serverRules].flatMap(([id, {Trackers}]) =>
      Trackers.flatMap((row, at) => this.#place([id, 'Trackers', at, ...key], valueOf(row))),
    )
  }

  /** Of the tracker rows of servers other than `[qBit]`. */
  ofOtherRows(valueOf: (row: ServerRules['Trackers'][number]) => string | null): Places {
    return [...this.loaded.config.serverRules]
      .filter(([id]) => id !== asServerId('qBit'))
      .flatMap(([id, {Trackers}]) =>
        Trackers.flatMap((row, at) => this.#place([id, 'Trackers', at, 'URI'], valueOf(row))),
      )
  }

  #place(path: KeyPath, value: string | null): Places {
    return value === null ? [] : [this.at(path, value)]
  }
}
