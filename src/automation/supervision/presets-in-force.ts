/** The rules that follow from the configuration and from the Arrs that are on, in one list. */
import {writesOwnTags} from '#config/config.ts'
import {asArrId} from '#model/arr.ts'
import type {UserId} from '#model/access.ts'
import type {ConfirmedCaution} from '#model/qbitrr-migration.ts'
import type {Rule, RuleId, RuleMode} from '#model/rule.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {isDestructive} from '#rules/compiled-rule.ts'
import type {InheritedFreeSpace, InheritedSection} from '#rules/presets/inherited.ts'
import {broaderIds} from '#rules/presets/preset.ts'
import {arrPresets, categoryPresets, profilePresets} from '#rules/presets/presets.ts'
import {freeSpaceRules, queueOrderRule} from '#rules/presets/whole-server.ts'
import {PROFILES, type Inherited, type RuleConfig} from './inherited-sections.ts'

interface PresetsFrom {
  readonly config: RuleConfig
  readonly inherited: Inherited
  readonly directory: Pick<ArrDirectory, 'active' | 'card'>
  /** `--observe`. */
  readonly observes: boolean
  /** How careful somebody chose to be; `null` = nobody did. */
  readonly confirmed: ConfirmedCaution | null
}

export interface PresetsInForce {
  readonly rules: readonly Rule[]
  /** Of those that are not of the file: of Arrs that people added. */
  readonly authorities: ReadonlyMap<RuleId, Authority>
  /** Of a rule that is about a tracker or a server alone: those that decided there before, and whose mode it takes. */
  readonly broader: ReadonlyMap<RuleId, readonly RuleId[]>
  /** How a rule begins that nobody switched, where that is not how the configuration has it. */
  readonly begins: ReadonlyMap<RuleId, RuleMode>
}

export function presetsInForce({
  config,
  inherited,
  directory,
  observes,
  confirmed,
}: PresetsFrom): PresetsInForce {
  const authorities = new Map<RuleId, Authority>()
  const begins = new Map<RuleId, RuleMode>()
  const sections = [...inherited.arrs, ...inherited.categories]
  const ofFile = (its: readonly Rule[]) => (confirmed?.caution === 'ask' ? its.map(askingFirst) : its)
  const rules: Rule[] = [
    ...ofFile(inherited.categories.flatMap((section) => [...categoryPresets(section)])),
    ...ofFile(wholeServerRules(config, sections, observes)),
  ]
  for (const arr of inherited.arrs) {
    const id = asArrId(arr.arrId)
    const card = directory.card(id)
    const isAsking =
      card?.caution === 'ask' ||
      (card?.caution !== 'act' && modeOfAdded(card?.ownerId ?? null, confirmed) === 'ask')
    const ofArr =
      card?.origin === 'file'
        ? ofFile(arrPresets(arr))
        : arrPresets(arr).map((rule) =>
            named(isAsking ? askingFirst(rule) : acting(rule), arr.section, card?.name ?? arr.section),
          )
    rules.push(...ofArr)
    if (card?.caution === 'watch') for (const {id: rule} of ofArr) begins.set(rule, 'simulate')
    const authority = directory.active().find((it) => it.id === id)?.authority
    if (authority) for (const rule of ofArr) authorities.set(rule.id, authority)
  }
  for (const section of inherited.others) {
    const ofProfiles = profilePresets(section).map((rule) => named(rule, section.section, PROFILES))
    rules.push(...ofProfiles)
    if (section.compartment === null) continue
    const authority = {owner: section.compartment, ceilings: []}
    for (const rule of ofProfiles) authorities.set(rule.id, authority)
  }
  const servers = [
    ...new Set(
      [...sections, ...inherited.others].flatMap((it) => it.serverTrackers.map(({server}) => server)),
    ),
  ]
  const broader = new Map(rules.map(({id}) => [id, broaderIds(id, servers)]))
  return {rules, authorities, broader, begins}
}

/** Only where something is looked after at all: of other people's downloads none is stopped. */
function wholeServerRules(
  config: RuleConfig,
  sections: readonly InheritedSection[],
  observes: boolean,
): readonly Rule[] {
  const of = {section: 'Settings', servers: [], observes}
  const rows = sections.flatMap(({trackers, serverTrackers, sharedTrackers}) => [
    ...trackers,
    ...serverTrackers.flatMap((it) => it.trackers),
    ...sharedTrackers,
  ])
  const space = sections.length === 0 ? null : spaceOf(config)
  return [
    ...(rows.some(({sorts}) => sorts) ? [queueOrderRule(of)] : []),
    ...(space ? freeSpaceRules(of, space, writesOwnTags(config)) : []),
  ]
}

/**
 * What rules of an Arr that this user adds do before they remove something. Who chose that rules act has seen what they
 * do; nobody else has.
 */
export function modeOfAdded(ownerId: UserId | null, confirmed: ConfirmedCaution | null): 'ask' | 'live' {
  const isTheirs = confirmed?.caution === 'act' && ownerId !== null && confirmed.by === ownerId
  return isTheirs ? 'live' : 'ask'
}

/** What asks for the sake of who comes from the program before us asks nobody whose Arr that never had. */
function acting(rule: Rule): Rule {
  return rule.mode === 'ask' ? {...rule, mode: 'live'} : rule
}

/** Who writes a file has run these rules for years; who adds an Arr by its key has not seen one of them. */
function askingFirst(rule: Rule): Rule {
  return rule.mode === 'live' && isDestructive(rule) ? {...rule, mode: 'ask'} : rule
}

/** As people call the Arr: its id says nothing. What the rule does is the same, and so is its revision. */
function named(rule: Rule, section: string, name: string): Rule {
  return {...rule, name: rule.name.replace(section, () => name)}
}

/** `null` = nobody watches over it. */
export function spaceOf({
  settings: {FreeSpace: keep, FreeSpaceFolder: folder, AutoPauseResume: mayStop},
}: RuleConfig): InheritedFreeSpace | null {
  return keep === null ? null : {keep, mayStop, isMeasured: folder !== null}
}
