/** Between a rule as it travels and as the room of rules knows it. */
import type {z} from 'zod'
import {shownMessage} from '#executor/shown.ts'
import type {UserId} from '#model/access.ts'
import {BadArgument} from '#model/errors.ts'
import type {RuleSuspension} from '#model/memory.ts'
import {documentOf, writeRule} from '#rules/write.ts'
import type {RuleDraft} from '#standing-rules/draft.ts'
import type {ShownRule} from '#standing-rules/keeper.ts'
import type {RuleDefinitionSchema, RuleSchema} from './schemas/rules.ts'

type WireRule = z.output<typeof RuleSchema>
type UserName = (id: UserId) => string | null

export function wireRule(shown: ShownRule, userName: UserName): WireRule {
  const {id, revision, name, origin, owner, may, mode, rule, obstacle, order} = shown
  return {
    ...{id, revision, name, origin, may, mode, obstacle, order},
    owner: owner === 'file' || owner === null ? null : {id: owner, name: userName(owner) ?? ''},
    configured_mode: shown.configuredMode,
    trial_until: shown.trialUntil,
    suspended: shown.suspension && wireSuspension(shown.suspension),
    ...{subject: rule?.subject ?? null, concern: rule?.concern ?? null, reason: rule?.reason ?? null},
    actions: rule?.do.map(({action}) => action) ?? [],
    ...{created_at: shown.createdAt, revised_at: shown.revisedAt, changed_at: shown.changedAt},
  }
}

export function wireDefinition(shown: ShownRule, userName: UserName): z.output<typeof RuleDefinitionSchema> {
  const {rule, origin} = shown
  // What a preset says comes from the configuration, where addresses of trackers stand whole.
  const say = origin === 'preset' ? shownMessage : (text: string) => text
  return {
    ...wireRule(shown, userName),
    rule: rule && {...(saidBy(documentOf(rule), say) as object)},
    yaml: rule && say(writeRule(rule)),
  }
}

/** @throws {CommodarrError} bad_argument */
export function draftFrom({yaml, rule}: {yaml?: string | undefined; rule?: object | undefined}): RuleDraft {
  if (yaml !== undefined) return {yaml}
  if (rule !== undefined) return {rule}
  throw new BadArgument('A rule is given as yaml or as rule.', {field: 'yaml'})
}

function wireSuspension({at, reason, detail}: RuleSuspension): NonNullable<WireRule['suspended']> {
  return {at, reason, detail: isRecord(detail) ? {...detail} : {}}
}

function saidBy(value: unknown, say: (text: string) => string): unknown {
  if (typeof value === 'string') return say(value)
  if (Array.isArray(value)) return value.map((one) => saidBy(one, say))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, saidBy(one, say)]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
