/** Why a torrent stays or goes, as it travels: sentences as texts and as their parts. */
import {z} from 'zod'
import {factNames} from '#model/fact.ts'
import {countedThings, phraseUnits, verdictKinds} from '#model/verdict.ts'
import {at, flag, text} from './units.ts'

const ValueSchema = z.object({
  unit: z
    .enum(phraseUnits)
    .describe(
      'until, when and since: moments in milliseconds since 1970; span and more: seconds; share: 0 to 1; ' +
        'phrase: the key of another text with the same values',
    ),
  value: z.union([z.string(), z.number()]),
})

export const PhraseSchema = z
  .object({
    key: text('Which text it is'),
    values: z.record(z.string(), ValueSchema),
    text: text('The same in English, moments in UTC'),
  })
  .meta({id: 'Phrase', description: 'A sentence, and its parts for other languages.'})

const CountedSchema = z.object({
  what: z.enum(countedThings),
  done: z.number(),
  needed: z.number(),
  unit: z.enum(['seconds', 'plain', 'count', 'share']),
})

const ReasonSchema = z
  .object({
    says: PhraseSchema,
    more: PhraseSchema.nullable().describe('null = nothing more'),
    blocks: flag('It keeps the torrent as it is'),
    counted: z.array(CountedSchema).describe('How far what is counted has come'),
    change: z
      .object({
        place: z.union([
          z.object({
            kind: z.literal('rule'),
            rule_id: z.string(),
            name: z.string(),
            fact: z.enum(factNames).nullable().describe('null = how long its condition has to be true'),
          }),
          z.object({kind: z.literal('tracker')}),
        ]),
        value: ValueSchema.nullable().describe('As it is set there now; null = not one value'),
      })
      .nullable()
      .describe('Where it is changed; null = nowhere'),
  })
  .meta({id: 'VerdictReason', description: 'One reason why a torrent stays or goes.'})

const MayBeRemovedSchema = z
  .object({
    kind: z
      .enum(['from', 'never', 'unplanned', 'unknown'])
      .describe(
        'never: no rule removes it; unplanned: it hangs on more than time; unknown: what it hangs on is not known',
      ),
    at: at('From then on a rule may remove it; null = the time is not known').nullable(),
  })
  .meta({id: 'MayBeRemoved', description: 'When a rule may remove a torrent at the earliest.'})

export const VerdictSchema = z
  .object({
    kind: z.enum(verdictKinds),
    says: PhraseSchema,
    follows: PhraseSchema.nullable().describe('What follows from it; null = nothing'),
    reasons: z.array(ReasonSchema).describe('At most four, what keeps it first'),
    next: z.array(z.object({at: at('When, if nothing changes'), says: PhraseSchema})),
    may_be_removed: MayBeRemovedSchema,
    rule_id: text('The rule that decides; null = none does').nullable(),
  })
  .meta({id: 'TorrentVerdict', description: 'Why a torrent stays or goes.'})
