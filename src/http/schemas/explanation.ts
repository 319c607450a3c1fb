/** Why something is done or not done, as it travels. */
import {z} from 'zod'
import {mediaKinds} from '#model/arr.ts'
import {ruleOutcomes} from '#model/decision.ts'
import {factNames, obligationAnswers, obligationReasons, unknownReasons} from '#model/fact.ts'
import {actionClasses, actionNames, operators, ruleModes} from '#model/rule.ts'
import {at, bytes, flag, seconds, text} from './units.ts'
import {VerdictSchema} from './verdict.ts'

const verdict = z.enum(['yes', 'no', 'unknown'])

const value = z
  .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))])
  .describe('In base units: bytes, seconds, shares, milliseconds since 1970')

const ActualSchema = z
  .union([
    z.object({value, observed_at: at('When it was seen'), source: text('Which source reported it')}),
    z.object({
      unknown: z.enum(unknownReasons).describe('Why it is unknown'),
      since: at('Since when; null = it never was known').nullable(),
      source: text('Which source should report it'),
    }),
  ])
  .meta({id: 'ExplainedFact', description: 'What a fact is now, or why it is unknown.'})

const LeafSchema = z.object({
  verdict,
  fact: z.enum(factNames),
  says: text('What the fact is, in words'),
  unit: text('Of its number; null = it has none').nullable(),
  op: z.enum(operators),
  threshold: value.optional().describe('What it is compared with; absent for exists'),
  window: seconds('Asked over so long; null = now').nullable(),
  actual: ActualSchema,
})

const BranchSchema = z.object({
  verdict,
  branch: z.enum(['all', 'any', 'not']),
  get parts() {
    return z.array(ConditionTraceSchema)
  },
})

/** A tree: a leaf, or a branch of further ones. */
export const ConditionTraceSchema: z.ZodType<WireTrace> = z
  .union([LeafSchema, BranchSchema])
  .meta({id: 'ConditionTrace', description: 'A condition with what it says now.'})

export type WireLeaf = z.output<typeof LeafSchema>
interface WireBranch {
  verdict: 'yes' | 'no' | 'unknown'
  branch: 'all' | 'any' | 'not'
  parts: WireTrace[]
}
export type WireTrace = WireLeaf | WireBranch

export const HoldSchema = z
  .object({
    kind: z.enum(['for', 'strikes']),
    done: z.number().describe('Seconds that it held, or strikes'),
    needed: z.number().describe('Seconds or strikes that it takes'),
    left: seconds('Still to come if nothing changes; 0 = over'),
  })
  .meta({id: 'HoldProgress', description: 'How far the time of a rule has come.'})

export const WantedActionSchema = z
  .object({
    action: z.enum(actionNames),
    class: z.enum(actionClasses),
    loses_bytes: flag('Data goes with it'),
    params: z.record(z.string(), z.unknown()).describe('With what; empty for who may only look'),
  })
  .meta({id: 'WantedAction', description: 'What a rule wants to do.'})

const RuleExplanationSchema = z
  .object({
    rule_id: text('Id of the rule'),
    rule_revision: z.number(),
    name: text('Of the rule'),
    mode: z.enum(ruleModes),
    concern: text('Of rules with one concern the first decides'),
    outcome: z.enum(ruleOutcomes).describe('What it says of this torrent now'),
    scope: z.array(z.object({part: text('Of its scope'), verdict})),
    evidence: ConditionTraceSchema,
    hold: HoldSchema.nullable().describe('null = it acts at once'),
    acts_in: seconds('When it would act if nothing changes; null = nothing is due').nullable(),
    kept_back_by: z.object({id: z.string(), name: z.string()}).nullable(),
    actions: z.array(WantedActionSchema),
    needs: z.array(z.string()).describe('What would have to change before it acts'),
    sentence: text('All of it in one sentence'),
  })
  .meta({id: 'RuleExplanation', description: 'What one rule says of a torrent.'})

const TorrentMediaSchema = z
  .object({
    arr_id: text('The Arr whose download it is'),
    arr_name: text('Its name'),
    title: text('What it is for, as its Arr calls it; null = not known (yet)').nullable(),
    kind: z.enum(mediaKinds).describe('What they are'),
    items: z
      .array(z.int())
      .describe('Ids of the movies, episodes, albums or books, for `/api/arrs/{id}/items/{item}/why`'),
  })
  .meta({id: 'TorrentMedia', description: 'What a torrent is for in its Arr.'})

const ObligationSchema = z
  .object({
    met: z.enum(obligationAnswers).describe('none = nothing is asked for'),
    reason: z
      .enum(obligationReasons)
      .describe(
        'barelyBegun = it has too little of it to owe; unregistered = its trackers have not known it for a day',
      ),
    is_default: flag('No profile and no setting names its trackers, and it counts as private'),
    ratio: z.number().nullable().describe('That it has; null = not known'),
    ratio_needed: z.number().nullable().describe('null = none is asked for'),
    seeded: seconds('That count; null = not known, or no time is asked for').nullable(),
    time_needed: seconds('Of seeding, with the grace; null = none is asked for').nullable(),
    time_left: seconds('Until then; null = none is asked for').nullable(),
  })
  .meta({id: 'TorrentObligation', description: 'What its trackers require, and how much of it is done.'})

export const ExplanationSchema = z
  .object({
    at: at('When it was evaluated'),
    verdict: VerdictSchema,
    media: TorrentMediaSchema.nullable().describe(
      'null = that is not known, or it is of no Arr that you may see',
    ),
    moved: z
      .object({
        uploaded: bytes('What the servers counted that it was moved from'),
        downloaded: bytes('The same of what was downloaded'),
        ratio: z.number().describe('With what its server counts; null = not known').nullable(),
        ratio_before: z.number().describe('The part of that from before it was moved').nullable(),
      })
      .nullable()
      .describe(
        'What its tracker has counted of it on servers that it was moved from, and rules count with it; null = nothing',
      ),
    obligation: ObligationSchema.nullable().describe('null = not known (yet)'),
    rules: z.array(RuleExplanationSchema).describe('In the order in which they decide'),
  })
  .meta({id: 'Explanation', description: 'Why something is done to a torrent, or not done.'})
