/** What happened to torrents, servers and Arrs, as it travels. */
import {z} from 'zod'
import {journalPhases} from '#journal/entry.ts'
import {entryOutcomes} from '#journal/outcomes.ts'
import {journalSubjects} from '#model/audit-event.ts'
import {origins} from '#model/command.ts'
import {milestones, reasonCodes} from '#model/decision.ts'
import {actionClasses, ruleModes} from '#model/rule.ts'
import {ConditionTraceSchema, HoldSchema} from './explanation.ts'
import {listParameter, timeParameter, wholeParameter} from './parameters.ts'
import {at, bytes, text} from './units.ts'

/** Who did what, as it travels. */

const word = z.string().min(1).max(200)

const filter = {
  actor: word.optional().describe('By a user of this name'),
  user_id: word.optional().describe('By this user'),
  subject: listParameter(z.enum(journalSubjects), 'About these'),
  verb: listParameter(word, 'What was done'),
  server_id: listParameter(word, 'On these servers'),
  info_hash: z
    .string()
    .regex(/^[0-9a-fA-F]{40}$/, '40 hexadecimal digits')
    .toLowerCase()
    .optional()
    .describe('On this torrent'),
  phase: listParameter(z.enum(journalPhases), 'With this last step'),
  from: timeParameter('Begun then or later'),
  to: timeParameter('Begun before'),
  q: word
    .optional()
    .describe('With this text in name, actor, verb, arguments or message; case does not matter'),
}

export const AuditQuery = z.strictObject({
  ...filter,
  limit: wholeParameter(1, 500).default(100).describe('Entries at most'),
  before: z.string().min(1).max(100).optional().describe('What is older: next_before of the page before'),
})

export const AuditExportQuery = z.strictObject(filter)

export const AuditEntrySchema = z
  .object({
    id: text('Id of the entry, which all its steps share'),
    at: at('When it began'),
    ended_at: at('When its last step was written'),
    actor: text('Who did it'),
    user_id: text('The user; null = without an account').nullable(),
    address: text('Where the request came from; null = from within, or not for you to see').nullable(),
    origin: z.enum(origins).describe('How it was asked for; system = by Commodarr itself, and by no rule'),
    subject: z.enum(journalSubjects).describe('What it is about'),
    verb: text('What was done'),
    server_id: text('Server; null = it concerns none').nullable(),
    info_hash: text('Torrent; null = it concerns none').nullable(),
    name: text('Of the torrent, user, key, server or setting, as it was called then').nullable(),
    args: z.record(z.string(), z.unknown()).describe('With what; never a secret'),
    phase: z
      .enum(journalPhases)
      .describe(
        'Its last step. confirmed = done; sent = the server took it, and its list has not shown it yet; unconfirmed = unknown; expired = never sent; waiting = for a person; blocked = a guard refused it, or put it off; undone = taken back',
      ),
    code: text('Why not: a code of docs/reference/errors.md; null = none').nullable(),
    message: text('Why not, in words; null = none').nullable(),
  })
  .meta({id: 'AuditEntry', description: 'One thing that was done or tried, with its end.'})

export const AuditPageSchema = z.object({
  entries: z
    .array(AuditEntrySchema)
    .describe('Newest first; may be fewer than asked for, even none, before the end'),
  next_before: text(
    'Ask with this as before for what is older, until the next start; null = there is nothing older',
  ).nullable(),
})

const place = (says: string) => z.string().min(1).max(100).optional().describe(says)
const limit = wholeParameter(1, 500).default(100).describe('Entries at most')

export const JournalQuery = z.strictObject({
  server_id: listParameter(word, 'On these servers'),
  info_hash: z
    .string()
    .regex(/^[0-9a-fA-F]{40}$/, '40 hexadecimal digits')
    .toLowerCase()
    .optional()
    .describe('On this torrent'),
  actor: word.optional().describe('By a user, or a rule, of this name'),
  origin: listParameter(z.enum(origins), 'Asked for so; rule = by rules, system = by Commodarr itself'),
  subject: listParameter(z.enum(journalSubjects), 'About these'),
  verb: listParameter(word, 'What was done'),
  rule_id: word.optional().describe('Wanted by this rule'),
  class: listParameter(z.enum(actionClasses), 'Of such a kind'),
  outcome: listParameter(z.enum(entryOutcomes), 'What became of it'),
  from: timeParameter('Begun then or later'),
  to: timeParameter('Begun before'),
  q: word
    .optional()
    .describe('With this text in name, actor, verb, arguments or message; case does not matter'),
  limit,
  before: place('What is older: next_before of the page before'),
})

export const EntryParams = z.strictObject({id: word.describe('Id of the entry')})

export const TimelineQuery = z.strictObject({
  server_id: word
    .optional()
    .describe('Which server; needed when several hold the torrent, or none does any more'),
  order: z.enum(['newest', 'oldest']).default('newest').describe('Which come first'),
  after: place('What follows: next_after of the page before, in the same order'),
  limit,
})

const DecidedSchema = z
  .object({
    rule_revision: z.number(),
    mode: z.enum(ruleModes).describe('Of the rule, then'),
    reason: z.enum(reasonCodes),
    class: z.enum(actionClasses),
    bytes: bytes('That would be lost; null = unknown, or none can be').nullable(),
    evidence: ConditionTraceSchema,
    omitted: z.number().describe('Parts of the evidence that were left out'),
    hold: HoldSchema.nullable(),
    guards: z
      .array(
        z.object({
          guard: text('What looked'),
          verdict: text('pass, or what it said instead'),
          code: text('Of what stood in the way; empty = nothing'),
          lift: text('What would have to change; empty = nothing'),
        }),
      )
      .describe('Every guard that looked'),
  })
  .meta({id: 'DecidedBecause', description: 'Why a rule wanted it; null = no rule did.'})

export const JournalEntrySchema = AuditEntrySchema.extend({
  outcome: z
    .enum(entryOutcomes)
    .describe('What became of it. held = something said no; simulated = its rule only looks'),
  rule_id: text('Rule that requested it; null = no rule').nullable(),
  cause_id: text('Id of the entry that caused it; null = none').nullable(),
  decided: DecidedSchema.nullable(),
  there: z.boolean().describe('Its torrent is on its server now; false also where it concerns none'),
  undo: z
    .object({
      possible: z.boolean().describe('It can be put back to how it was: POST …/undo'),
      why: text('Why not; null = it can').nullable(),
    })
    .describe('Undoing what a rule did; null = there is nothing that would be undone')
    .nullable(),
  repeated: z
    .object({times: z.number(), last_at: at('When last')})
    .describe('How often the rule said the same since, the first time included')
    .nullable(),
}).meta({id: 'JournalEntry', description: 'One thing that was done, tried or only wanted, with its end.'})

export const EntryUndoneSchema = z
  .object({entry_id: text('The entry that was undone'), message: text('What came back, and what does not')})
  .meta({id: 'EntryUndone', description: 'Undone by an Arr: no torrent was changed.'})

const entriesSchema = (order: string) => z.array(JournalEntrySchema).describe(order)

export const JournalPageSchema = z.object({
  entries: entriesSchema('Newest first; may be fewer than asked for, even none, before the end'),
  next_before: text(
    'Ask with this as before for what is older, until the next start; null = there is nothing older',
  ).nullable(),
})

const MilestoneSchema = z
  .object({
    at: at('When'),
    what: z.enum(milestones).describe('added, completed: as its server says; the others by an Arr'),
    arr_id: text('The Arr; null = none').nullable(),
  })
  .meta({id: 'Milestone', description: 'What happened without an action of Commodarr.'})

export const TimelineSchema = z.object({
  milestones: z.array(MilestoneSchema).describe('All of them, the first first, with every page'),
  entries: entriesSchema('In the order that was asked for'),
  next_after: text(
    'Ask with this as after for what follows, until the next start; null = that is all',
  ).nullable(),
})
