/**
 * All rules that stand: those that follow from the configuration, and those of people. Everybody who judges, decides or
 * explains asks here, and sees each rule cut to what its owner may command.
 *
 *   configuration ──follow──▶ presets ─┬─ with the mode that somebody gave it ─┐
 *   database ───────────────▶ modes ───┘                                      ├─▶ within reach ─▶ all · of · onChange
 *   database ──put──────────▶ rules of people ────────────────────────────────┘
 */
import {isDeepStrictEqual} from 'node:util'
import type {Access} from '#model/access.ts'
import type {StandingRule} from '#model/decision.ts'
import {isRuleSubject} from '#model/fact.ts'
import {ruleModes, type Rule, type RuleId, type RuleMode} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import {byTurn, type OrderedRule} from '#rules/rule-order.ts'
import {readPresetModes, type PresetMode} from '#store/repositories/preset-modes.ts'
import {readRules, type RuleRow} from '#store/repositories/rules.ts'
import type {Store} from '#store/store.ts'
import {lostExceptions} from './lost-exceptions.ts'
import {lostNames, type KnownNames} from './lost-names.ts'
import {ownerOf, ownRuleOf, type OwnRule} from './own-rule.ts'
import {ofTheFile, withinReach, type Authority} from './reach.ts'
import {unreadKeeping} from './unread-keeping.ts'

/**
 * `unreadable_keeps`: it cannot be read, and may keep anything: no rule removes what it may have meant. `not_evaluated`:
 * about something of which nothing is judged; an older version saved it. `id_unknown`: it leaves out a server or an Arr
 * that is not there.
 */
type RuleObstacle =
  | 'unreadable'
  | 'unreadable_keeps'
  | 'not_evaluated'
  | 'owner_gone'
  | 'key_ended'
  | 'no_server'
  | 'id_unknown'

/** A rule as people are shown it: whole, also where it does nothing. */
export interface RuleCard extends Authority {
  readonly id: RuleId
  readonly origin: 'preset' | 'user'
  readonly name: string
  /** In force now. */
  readonly mode: RuleMode
  /** Of a preset: what the configuration says. `null` = it is no preset. */
  readonly configuredMode: RuleMode | null
  /** While Commodarr only watches: what it is once that is over. `null` = Commodarr acts. */
  readonly modeThen: RuleMode | null
  readonly order: number
  readonly revision: number
  /** As it is kept, of presets with its mode of now; `null` = it cannot be read. */
  readonly rule: Rule | null
  /** What keeps it from doing anything, its mode aside. */
  readonly obstacle: RuleObstacle | null
  /** What it keeps by, and is not there (any more), or is off: what it may have meant no rule removes. */
  readonly gone: readonly string[]
  /** Of presets all three are `null`: they come and go with the configuration. */
  readonly createdAt: EpochMs | null
  readonly revisedAt: EpochMs | null
  readonly changedAt: EpochMs | null
}

interface Entry {
  readonly card: RuleCard
  /** `null` = it does nothing anywhere. */
  readonly standing: StandingRule | null
}

interface Preset {
  readonly rule: Rule
  readonly authority: Authority
  /** Those that did its work before it was one of its own. */
  readonly broader: readonly RuleId[]
  /** How it begins where nobody switched it or those; `null` = as the configuration has it. */
  readonly begins: RuleMode | null
}

/** What is known of presets beside what they say. */
interface AboutPresets {
  /** Of those that are not of the file: rules of Arrs that people added. */
  readonly authorities: ReadonlyMap<RuleId, Authority>
  /** Whose mode one takes that has none of its own. */
  readonly broader: ReadonlyMap<RuleId, readonly RuleId[]>
  /** How one begins that nobody switched, where that is not how the configuration has it. */
  readonly begins: ReadonlyMap<RuleId, RuleMode>
}

/** Of presets of the file alone. */
export const nothingAbout: AboutPresets = {authorities: new Map(), broader: new Map(), begins: new Map()}

/** What is removed is put back within seconds, or not. */
const MOST_DROPPED = 100

export class StandingRules {
  /** What a rule may; `null` = its owner is gone or disabled, or its key has ended: it does nothing. */
  readonly #accessOf: (authority: Authority) => Access | null
  /** Holds of other revisions than this one are over; `null` = of every revision. */
  readonly #forgetHolds: (id: RuleId, except: number | null) => void
  readonly #listeners = new Set<() => void>()
  #presets: ReadonlyMap<RuleId, Preset> = new Map()
  #modes: ReadonlyMap<RuleId, PresetMode>
  #own: ReadonlyMap<RuleId, OwnRule>
  /** Ids of Arrs that are on; `null` = not known yet. */
  #arrs: (() => readonly string[]) | null = null
  /** What `obligation.profile` may be; `null` = not known yet. */
  #profiles: (() => readonly string[]) | null = null
  /** Those that were removed last: they can be put back. */
  readonly #dropped = new Map<RuleId, OwnRule>()
  /** Commodarr only watches: modes of presets once that is over. `null` = it acts. */
  #then: ReadonlyMap<RuleId, RuleMode> | null = null
  /** In the order in which they decide. */
  #entries: ReadonlyMap<RuleId, Entry> = new Map()
  #all: readonly StandingRule[] = []

  /** @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read'>,
    accessOf: (authority: Authority) => Access | null,
    forgetHolds: (id: RuleId, except: number | null) => void,
    log: {error(about: object, text: string): void},
  ): Promise<StandingRules> {
    const {rows, modes} = await store.read(async (db) => ({
      rows: await readRules(db),
      modes: await readPresetModes(db),
    }))
    return new StandingRules(accessOf, forgetHolds, log, rows, modes)
  }

  private constructor(
    accessOf: (authority: Authority) => Access | null,
    forgetHolds: (id: RuleId, except: number | null) => void,
    log: {error(about: object, text: string): void},
    rows: readonly RuleRow[],
    modes: readonly PresetMode[],
  ) {
    this.#accessOf = accessOf
    this.#forgetHolds = forgetHolds
    this.#modes = new Map(modes.map((mode) => [mode.ruleId, mode]))
    this.#own = new Map(rows.map((row) => [row.id, ownRuleOf(row)]))
    for (const {row, rule} of this.#own.values()) {
      if (rule === null) log.error({rule: row.id}, 'this rule cannot be read; it is kept, and not used')
    }
    this.reevaluate()
  }

  /** @param arrs ids of those that are on: a rule that leaves out one that is not does nothing */
  knowArrs(arrs: () => readonly string[]): void {
    this.#arrs = arrs
    this.reevaluate()
  }

  /** @param profiles names by which something may be owed: what a rule keeps by one that is gone stays */
  knowProfiles(profiles: () => readonly string[]): void {
    this.#profiles = profiles
    this.reevaluate()
  }

  /** In the order in which they decide; also those that are off, which are explained. */
  all(): readonly StandingRule[] {
    return this.#all
  }

  /** `null` = there is none, or it may do nothing anywhere. */
  of(id: RuleId): StandingRule | null {
    return this.#entries.get(id)?.standing ?? null
  }

  /** Told after each change of what `all` gives. @returns how to stop listening */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What follows from the configuration now, whole: at the start, and at each change. */
  follow(presets: readonly Rule[], about: AboutPresets = nothingAbout): void {
    const {authorities, broader, begins} = about
    const before = this.#presets
    this.#presets = new Map(
      presets.map((rule) => [
        rule.id,
        {
          rule,
          authority: authorities.get(rule.id) ?? ofTheFile,
          broader: broader.get(rule.id) ?? [],
          begins: begins.get(rule.id) ?? null,
        },
      ]),
    )
    for (const {rule} of this.#presets.values()) {
      const former = before.get(rule.id)?.rule
      // What was held by another condition counts no more. Of a rule that is away everything stays.
      if (former && former.revision !== rule.revision) this.#forgetHolds(rule.id, rule.revision)
    }
    this.reevaluate()
  }

  /**
   * Nothing acts while Commodarr only watches: rules of people simulate, as those of the configuration do.
   * @param then how those of the configuration act once that is over; `null` = Commodarr acts
   */
  watch(then: ReadonlyMap<RuleId, RuleMode> | null): void {
    const isSame = (this.#then === null) === (then === null)
    this.#then = then
    // Simulated holds are their own: what acts again begins at nothing.
    if (!isSame)
      for (const {row} of this.#own.values()) if (actsUnwatched(row.mode)) this.#forgetHolds(row.id, null)
    this.reevaluate()
  }

  /** Also when roles or servers changed: how far each rule reaches depends on them. */
  reevaluate(): void {
    const own = this.#ownEntries().sort(({card: one}, {card: other}) => byAge(one, other))
    // What only keeps decides before all others. The sort is stable: of equal ones what people wrote comes first, the older one before the newer one, as it may keep
    // what a rule of the configuration would remove; then those of the configuration, in its order.
    const entries = [...own, ...this.#presetEntries()].sort(({card: one}, {card: other}) =>
      byTurn(inTurn(one), inTurn(other)),
    )
    this.#entries = new Map(entries.map((entry) => [entry.card.id, entry]))
    // What cannot be read has its place in the list by its number, and keeps before all others.
    const all = entries
      .flatMap(({standing}) => standing ?? [])
      .toSorted(({rule: one}, {rule: other}) => byTurn(one, other))
    const isSame = isDeepStrictEqual(all.map(rulesAlone), this.#all.map(rulesAlone))
    this.#all = all
    if (!isSame) for (const listener of this.#listeners) listener()
  }

  /** Of every rule, in the order in which they decide. */
  cards(): readonly RuleCard[] {
    return Array.from(this.#entries.values(), ({card}) => card)
  }

  card(id: RuleId): RuleCard | null {
    return this.#entries.get(id)?.card ?? null
  }

  /** What the database has of it; `null` = it is no rule of a person. */
  own(id: RuleId): OwnRule | null {
    return this.#own.get(id) ?? null
  }

  /** It was written. */
  put(row: RuleRow): void {
    this.#own = new Map(this.#own).set(row.id, ownRuleOf(row))
    this.reevaluate()
  }

  /** It was removed in this life, lately; `null` = it was not, or stands again. */
  dropped(id: RuleId): OwnRule | null {
    return this.#own.has(id) ? null : (this.#dropped.get(id) ?? null)
  }

  /** It was removed. */
  drop(id: RuleId): void {
    const own = new Map(this.#own)
    const dropped = own.get(id)
    own.delete(id)
    this.#own = own
    if (dropped) this.#dropped.set(id, dropped)
    const [oldest] = this.#dropped.keys()
    if (this.#dropped.size > MOST_DROPPED) this.#dropped.delete(oldest!)
    this.reevaluate()
  }

  /** How a preset was switched; `null` = it is as the configuration says. */
  modeOf(id: RuleId): PresetMode | null {
    return this.#modes.get(id) ?? null
  }

  /**
   * What people said of rules that decided there before this one was one of its own: a limit of a tracker on a server makes
   * such rules, and must not let act what was switched off. Of several the most careful. Where they said nothing, how careful
   * the person was who added its Arr. `null` = nobody said anything.
   */
  unswitchedModeOf(id: RuleId): Pick<PresetMode, 'mode' | 'ceiling'> | null {
    const {broader = [], begins = null} = this.#presets.get(id) ?? {}
    const given = broader.flatMap((it) => this.#modes.get(it) ?? [])
    const inTurn = given.toSorted((one, other) => ruleModes.indexOf(one.mode) - ruleModes.indexOf(other.mode))
    return inTurn[0] ?? (begins && {mode: begins, ceiling: null})
  }

  /** It was written; `null` = the preset is as the configuration says again. */
  putMode(id: RuleId, mode: PresetMode | null): void {
    const modes = new Map(this.#modes)
    if (mode === null) modes.delete(id)
    else modes.set(id, mode)
    this.#modes = modes
    this.reevaluate()
  }

  #presetEntries(): Entry[] {
    return Array.from(this.#presets.values(), ({rule, authority}) => {
      const given = this.#modes.get(rule.id) ?? this.unswitchedModeOf(rule.id)
      const mode = switchedMode(rule.mode, given?.mode)
      // A key that only lowered it lets it do nothing.
      const ofMode = mode === 'live' && given?.ceiling ? [given.ceiling] : []
      return this.#entry(
        {...rule, mode},
        {
          id: rule.id,
          origin: 'preset',
          owner: authority.owner,
          ceilings: [...authority.ceilings, ...ofMode],
          name: rule.name,
          mode,
          configuredMode: this.#then?.get(rule.id) ?? rule.mode,
          modeThen: this.#then && switchedMode(this.#then.get(rule.id) ?? rule.mode, given?.mode),
          order: rule.order,
          revision: rule.revision,
          createdAt: null,
          revisedAt: null,
          changedAt: null,
        },
      )
    })
  }

  #ownEntries(): Entry[] {
    return Array.from(this.#own.values(), (own) => {
      const {id, name, position: order, revision, createdAt, revisedAt, changedAt, ceiling} = own.row
      const mode = this.#then !== null && actsUnwatched(own.row.mode) ? 'simulate' : own.row.mode
      const entry = this.#entry(own.rule, {
        id,
        origin: 'user',
        owner: ownerOf(own),
        ceilings: ceiling === null ? [] : [ceiling],
        name,
        mode,
        configuredMode: null,
        modeThen: this.#then && own.row.mode,
        order,
        revision,
        createdAt,
        revisedAt,
        changedAt,
      })
      return own.rule === null ? this.#unread(entry, own.row) : entry
    })
  }

  /** What it may keep stays. One that is off, or only simulates, keeps nothing. */
  #unread({card, standing}: Entry, row: RuleRow): Entry {
    const access = this.#accessOf(card)
    const keeping = access && unreadKeeping({...row, mode: card.mode}, access.servers)
    const reaching = keeping && withinReach(keeping, access, this.#accessOf)
    if (!reaching || !actsUnwatched(card.mode)) return {card, standing}
    return {card: {...card, obstacle: 'unreadable_keeps'}, standing: {rule: reaching, access}}
  }

  #entry(rule: Rule | null, head: Omit<RuleCard, 'rule' | 'obstacle' | 'gone'>): Entry {
    const access = this.#accessOf(head)
    // Those of the configuration about whole servers have planners of their own.
    const isHeard = rule !== null && (head.origin === 'preset' || isRuleSubject(rule.subject))
    const known = access && this.#knownTo(access)
    // Rules of the configuration come and go with what they name.
    const lost = isHeard && known && head.origin === 'user' ? lostNames(rule, known) : {rule, gone: []}
    const {gone} = lost
    const reaching = isHeard && access ? withinReach(lost.rule!, access, this.#accessOf) : null
    const isGone = access === null && this.#accessOf({...head, ceilings: []}) === null
    const withAccess = isGone ? 'owner_gone' : access === null ? 'key_ended' : 'no_server'
    const obstacle = rule === null ? 'unreadable' : !isHeard ? 'not_evaluated' : withAccess
    if (!access || !known || !reaching) return {card: {...head, rule, obstacle, gone}, standing: null}
    // What it is to leave out is not there, so that it would not be left out.
    const isLost = head.origin === 'user' && lostExceptions(reaching, known).length > 0
    return {
      card: {...head, rule, obstacle: isLost ? 'id_unknown' : null, gone},
      standing: isLost ? null : {rule: {...reaching, mode: head.mode}, access},
    }
  }

  #knownTo({servers}: Access): KnownNames {
    return {
      'server.id': servers,
      'arr.id': this.#arrs?.() ?? null,
      'obligation.profile': this.#profiles?.() ?? null,
    }
  }
}

/** It acts, or asks, unless Commodarr only watches. */
function actsUnwatched(mode: RuleMode): boolean {
  return mode === 'live' || mode === 'ask'
}

/** Nobody makes a preset do more here than the configuration says, but one that asks he may let act. */
function switchedMode(configured: RuleMode, given: RuleMode | undefined): RuleMode {
  if (given === undefined || given === configured || configured === 'off') return configured
  if (given === 'live') return configured === 'ask' ? 'live' : configured
  if (given === 'ask') return configured === 'live' ? 'ask' : configured
  return given === 'off' ? 'off' : 'simulate'
}

function inTurn({order, rule}: RuleCard): OrderedRule {
  return {order, do: rule?.do ?? null}
}

/** Ids are drawn at random: they decide only between rules that were made in the same millisecond. */
export function byAge(one: RuleCard, other: RuleCard): number {
  return (one.createdAt ?? 0) - (other.createdAt ?? 0) || (one.id < other.id ? -1 : 1)
}

function rulesAlone({rule}: StandingRule): Rule {
  return rule
}
