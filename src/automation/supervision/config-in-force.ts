/**
 * What the configuration, the Arrs that are on and tracker profiles say of torrents: sections, obligations, and the rules that follow from
 * them. Derived once for each change; whoever asks gets what is in force now.
 */
import {withoutRoles} from '#config/categories.ts'
import type {ProbeProgram} from '#media/probe-program.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import type {ActiveArr, ArrDirectory} from '#registry/arrs/directory.ts'
import type {ArrId} from '#model/arr.ts'
import {absentPresets, type AbsentPreset} from '#rules/presets/absent.ts'
import type {Rule, RuleId, RuleMode} from '#model/rule.ts'
import type {TrackerProfileDirectory, TrackerProfileInForce} from '#registry/trackers/directory.ts'
import type {InheritedSection, Owing} from '#rules/presets/inherited.ts'
import {noSection} from '#rules/presets/obligations.ts'
import type {FileRulesReport} from '#model/manager.ts'
import type {ConfirmedCaution} from '#model/qbitrr-migration.ts'
import {inheritedSections, owingProfiles, type Inherited, type RuleConfig} from './inherited-sections.ts'
import {presetsInForce, type PresetsInForce} from './presets-in-force.ts'

/** A rule that would follow from other settings. */
export interface FollowingRule {
  readonly rule: Rule
  /** There is none of its id yet. */
  readonly isNew: boolean
}

export class ConfigInForce {
  readonly #directory: Pick<ArrDirectory, 'active' | 'card' | 'categories' | 'rolesOff'>
  readonly #profiles: Pick<TrackerProfileDirectory, 'inForce' | 'compartmentOf'>
  readonly #probe: Pick<ProbeProgram, 'view'>
  /** `--observe`. */
  readonly #observes: () => boolean
  /** How careful somebody chose to be; `null` = nobody did. */
  readonly #confirmed: () => ConfirmedCaution | null
  #config: RuleConfig
  #inherited: Inherited = {arrs: [], categories: [], others: [], unmanaged: noSection}

  /** @param config nothing is derived from it before `follow` */
  constructor(
    config: RuleConfig,
    directory: Pick<ArrDirectory, 'active' | 'card' | 'categories' | 'rolesOff'>,
    profiles: Pick<TrackerProfileDirectory, 'inForce' | 'compartmentOf'>,
    probe: Pick<ProbeProgram, 'view'>,
    observes: () => boolean,
    confirmed: () => ConfirmedCaution | null,
  ) {
    this.#directory = directory
    this.#profiles = profiles
    this.#probe = probe
    this.#observes = observes
    this.#confirmed = confirmed
    this.#config = config
  }

  /** As the file says it. */
  get config(): RuleConfig {
    return this.#config
  }

  /** Rules are only looked at: what follows from the configuration is judged and reported, not done. */
  get observes(): boolean {
    return this.#observes()
  }

  get settings(): RuleConfig['settings'] {
    return this.#config.settings
  }

  /** Without what claims a category that an Arr claims, too. */
  get withoutClashes(): RuleConfig {
    return withoutRoles(this.#config, this.#directory.rolesOff)
  }

  /** Of Arrs, then managed categories. */
  get sections(): readonly InheritedSection[] {
    return [...this.#inherited.arrs, ...this.#inherited.categories]
  }

  get unmanaged(): Owing['unmanaged'] {
    return this.#inherited.unmanaged
  }

  /** Categories for failures and checks. */
  get passages(): readonly string[] {
    const {FailedCategory, RecheckCategory} = this.withoutClashes.settings
    return [FailedCategory, RecheckCategory].filter((name) => name !== '')
  }

  /** Names of programs that rules may start. */
  get programs(): readonly string[] {
    return this.settings.Programs.map(({name}) => name)
  }

  /** `null` = the configuration does not name it (any more). */
  programPath(name: string): string | null {
    return this.settings.Programs.find((it) => it.name === name)?.path ?? null
  }

  /** Which files the section of this Arr leaves out; `null` = no Arr that is on is called so. */
  fileRules(arr: string): FileRulesReport | null {
    return this.#directory.active().find(({id}) => (id as string) === arr)?.config.Torrent ?? null
  }

  /** Another one is in force from now on; what follows from it is derived by `follow`. */
  change(config: RuleConfig): void {
    this.#config = config
  }

  /** What would be owed were these the tracker profiles: their limits, too, may say that nothing is. */
  owingWith(profiles: readonly TrackerProfileInForce[]): Omit<Owing, 'lostTimes'> {
    const {arrs, categories, unmanaged} = this.#inheritedWith(profiles)
    return {sections: [...arrs, ...categories], unmanaged, profiles: owingProfiles(profiles)}
  }

  /** The configuration, the Arrs, ffprobe or whether we only observe are others. @returns the rules that follow */
  follow(): PresetsInForce {
    this.#inherited = this.#inheritedWith(this.#profiles.inForce())
    return this.#presetsOf(this.#inherited, this.#observes())
  }

  /** While rules are only looked at: how each of the configuration acts once that is over. `null` = they act. */
  modesThen(): ReadonlyMap<RuleId, RuleMode> | null {
    if (!this.#observes()) return null
    const {rules} = this.#presetsOf(this.#inheritedWith(this.#profiles.inForce(), false), false)
    return new Map(rules.map(({id, mode}) => [id, mode]))
  }

  /** What the settings of an Arr leave out; of one that is off or not there nothing. */
  absent(id: ArrId): readonly AbsentPreset[] {
    const arr = this.#inherited.arrs.find(({arrId}) => arrId === id)
    return arr ? absentPresets(arr) : []
  }

  /**
   * Rules of an Arr that would be there, or say something else, were this its section; of one that is off or not there
   * none.
   */
  rulesWith(id: ArrId, config: ArrConfig): readonly FollowingRule[] {
    const arrs = this.#directory.active().map((arr) => (arr.id === id ? {...arr, config} : arr))
    const presetsOf = (all: readonly ActiveArr[]) => {
      const observes = this.#observes()
      return this.#presetsOf(this.#inheritedWith(this.#profiles.inForce(), observes, all), observes)
    }
    const known = new Map(presetsOf(this.#directory.active()).rules.map((rule) => [rule.id, rule.revision]))
    const {rules, begins} = presetsOf(arrs)
    return rules.flatMap((rule) => {
      const isOf = rule.scope.arrs.includes(id) && known.get(rule.id) !== rule.revision
      const mode = begins.get(rule.id) ?? rule.mode
      return isOf ? [{rule: {...rule, mode}, isNew: !known.has(rule.id)}] : []
    })
  }

  #presetsOf(inherited: Inherited, observes: boolean): PresetsInForce {
    return presetsInForce({
      config: this.#config,
      inherited,
      directory: this.#directory,
      observes,
      confirmed: this.#confirmed(),
    })
  }

  #inheritedWith(
    profiles: readonly TrackerProfileInForce[],
    observes: boolean = this.#observes(),
    arrs: readonly ActiveArr[] = this.#directory.active(),
  ): Inherited {
    return inheritedSections({
      ...this.withoutClashes,
      arrs,
      arrCategories: this.#directory.categories(),
      profiles,
      compartmentOf: (id) => this.#profiles.compartmentOf(this.#directory.card(id)?.ownerId ?? null),
      observes,
      hasFfprobe: (this.#probe.view?.version ?? null) !== null,
    })
  }
}
