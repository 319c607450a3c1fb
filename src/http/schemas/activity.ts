/** What happened as stories, as they travel. */
import {z} from 'zod'
import {entryOutcomes} from '#journal/outcomes.ts'
import {storyKinds} from '#journal/story-kinds.ts'
import {origins} from '#model/command.ts'
import {ruleOutcomes, reasonCodes} from '#model/decision.ts'
import {stepEnders, unfinishedSteps} from '#model/unfinished.ts'
import {DataProgressSchema} from './actions.ts'
import {JournalEntrySchema} from './journal.ts'
import {flagParameter, listParameter, timeParameter, wholeParameter} from './parameters.ts'
import {at, bytes, count, flag, text} from './units.ts'

const word = z.string().min(1).max(200)
const place = z.string().min(1).max(8_000)
const who = z
  .string()
  .max(200)
  .regex(/^(rule|arr|system|api|user:.+)$/s, 'rule, arr, system, api, or user: and a name')

const filter = {
  q: word.optional().describe('With this text in name, actor, verb, arguments or message'),
  from: timeParameter('Begun then or later'),
  to: timeParameter('Begun before'),
  info_hash: z
    .string()
    .regex(/^[0-9a-fA-F]{40}$/, '40 hexadecimal digits')
    .toLowerCase()
    .optional()
    .describe('On this torrent'),
  show: z
    .enum(['failed', 'undo', 'held'])
    .optional()
    .describe(
      'failed = only what did not work; undo = only what you can undo now; held = only what something held back, ' +
        'also where it is bookkeeping; absent = everything',
    ),
  what: listParameter(z.enum(storyKinds), 'Of these kinds'),
  not_what: listParameter(z.enum(storyKinds), 'Of none of these kinds'),
  who: listParameter(who, 'By these: rule, arr, system, api, or user: and a name'),
  not_who: listParameter(who, 'By none of these'),
  rule_id: listParameter(word, 'Requested by these rules'),
  not_rule_id: listParameter(word, 'Requested by none of these rules'),
  arr_id: listParameter(word, 'By or about these Arrs'),
  not_arr_id: listParameter(word, 'By or about none of these Arrs'),
  server_id: listParameter(word, 'On these servers'),
  not_server_id: listParameter(word, 'On none of these servers'),
  hidden: flagParameter('true = also bookkeeping: tags, refreshes, checks without a change, dry runs'),
}

export const ActivityExportQuery = z.strictObject({
  ...filter,
  format: z.enum(['json', 'csv']).default('json').describe('JSON lines, or comma-separated values'),
})
export const ActivityCountsQuery = z.strictObject(filter)
export const ActivityQuery = z.strictObject({
  ...filter,
  limit: wholeParameter(1, 200).default(50).describe('Stories at most'),
  before: place.optional().describe('What is older: next_before of the page before'),
})
export const StoryQuery = z.strictObject({
  ...filter,
  place: place.describe('place of the story, asked with the same filters'),
})

const undo = z.object({
  count: count('Items that you can undo now, of the newest 50'),
  action_id: text('Your action, which can be undone as a whole; null = none').nullable(),
})

export const StorySchema = z
  .object({
    id: text('Of its newest item'),
    place: text('Where it stands, until the next start: GET /api/activity/story has all of it'),
    at: at('When the newest of it began'),
    from_at: at('When the oldest of it began'),
    what: z.enum(storyKinds),
    verb: text('What was done; imported and offline where Commodarr did nothing'),
    subject: text('What it is about'),
    count: count('Items'),
    complete: flag('false = it goes on where reading ended, so that there are more'),
    names: z.array(z.string()).describe('Of the newest items, at most three'),
    servers: z.array(z.object({server_id: text('Server'), count: count('Items there')})),
    torrent: z
      .object({
        server_id: text('Server'),
        info_hash: text('Info hash'),
        there: flag('It is on its server now'),
      })
      .nullable()
      .describe('What it is about; null = several, or no torrent'),
    actor: text('Who did it, or the rule'),
    origin: z.enum(origins).describe('How it was asked for'),
    rule_id: text('Rule that requested it; null = no rule').nullable(),
    arr_id: text('Arr that it is by or about; null = none that you see').nullable(),
    reason: z.enum(reasonCodes).nullable().describe('Why its rule did it; null = no rule, or no one reason'),
    bytes: bytes('What went with all of it; null = not known').nullable(),
    args: z.record(z.string(), z.unknown()).describe('With what, where all items have it in common'),
    message: text('What the other side or Commodarr said of the newest; null = nothing').nullable(),
    began_at: at('Of an outage when it began, as at is when it was over; null = it is none').nullable(),
    outcomes: z
      .partialRecord(z.enum(entryOutcomes), z.number())
      .describe('What became of how many. unconfirmed = not known, which is not failed'),
    undo,
    retry: z
      .object({
        action_id: text('Your action: POST /api/actions/{id}/retry does all of it again that is not done'),
        count: count('Torrents'),
      })
      .nullable()
      .describe('How what did not work can be tried again; null = it can’t, or it is not your action'),
  })
  .meta({id: 'Story', description: 'What had the same cause within ten minutes, as one.'})

export const ActivityPageSchema = z.object({
  stories: z
    .array(StorySchema)
    .describe('Newest first; may be fewer than asked for, even none, before the end'),
  next_before: text(
    'Ask with this as before for what is older, until the next start; null = there is nothing older',
  ).nullable(),
})

const StoryItemSchema = z
  .object({
    id: text('Of the entry of the journal, or of what an Arr did'),
    at: at('When'),
    name: text('Of the torrent or thing, as it was called then; null = not known').nullable(),
    server_id: text('Server; null = it concerns none').nullable(),
    info_hash: text('Torrent; null = it concerns none').nullable(),
    there: flag('Its torrent is on its server now'),
    outcome: z.enum(entryOutcomes),
    message: text('Why, or what was said; null = nothing').nullable(),
    undo: z
      .object({
        how: z
          .enum(['journal', 'trash'])
          .describe('journal = POST /api/journal/{id}/undo; trash = POST /api/trash/{id}/restore'),
        id: text('Of the entry, or of what lies in the trash'),
        unblock: text(
          'Entry to undo after that, which takes its release off the blocklist of its Arr; null = none',
        ).nullable(),
      })
      .nullable()
      .describe('How it can be undone now; null = it can’t'),
    why_not: text('Why it can’t be undone; null = it can, or there is nothing to undo').nullable(),
    entry: JournalEntrySchema.nullable().describe('Its entry in the journal; null = it has none'),
  })
  .meta({id: 'StoryItem'})

const StoryStepSchema = z
  .object({
    id: text('Of its entry'),
    at: at('When'),
    verb: text('What'),
    name: text('Of what; null = not known').nullable(),
    server_id: text('Where; null = on no server').nullable(),
    outcome: z.enum(entryOutcomes).describe('How far it was then'),
    message: text('What was said; null = nothing').nullable(),
  })
  .meta({id: 'StoryStep'})

export const WholeStorySchema = z.object({
  story: StorySchema,
  items: z.array(StoryItemSchema).describe('Newest first, at most 500'),
  steps: z.array(StoryStepSchema).describe('Of the newest ten items, oldest first'),
})

const facet = <S extends z.ZodType>(value: S) => z.array(z.object({value, count: z.number()}))

export const ActivityCountsSchema = z.object({
  count: count('Stories with all filters'),
  complete: flag('false = there are more than are counted: the newest of them'),
  what: facet(z.enum(storyKinds)),
  who: facet(z.string()),
  rule_id: facet(z.string()),
  arr_id: facet(z.string()),
  server_id: facet(z.string()),
  failed: count('Stories with something that did not work'),
  undo: count('Stories with something that you can undo now'),
  hidden: z.object({count: count('Entries of bookkeeping'), complete: flag('false = at least so many')}),
})

const waitingKinds = [
  'approval',
  'rule',
  'wait',
  'held',
  'steps',
  'command',
  'trash',
  'restoring',
  'purging',
] as const
const waitingAnswers = [
  'approve',
  'decline',
  'cancel',
  'restore',
  'purge',
  'wait',
  'do_now',
  'remove',
  'go_on',
] as const

export const RuleWaitSchema = z
  .object({
    id: text('Of its entry in the journal, by which it is undone'),
    until: at('Until when the rule leaves the torrent alone'),
    by: text('Who said so'),
  })
  .meta({id: 'RuleWait'})

export const RuleDoneSchema = z
  .object({
    outcome: z
      .enum(ruleOutcomes)
      .describe('What the rule says then: due = it acts in its next pass; nothingToDo = it acted already'),
  })
  .meta({id: 'RuleDone'})

const WaitingSchema = z
  .object({
    id: text(
      'Of the decision, your action, what is under way, the oldest command, or what lies in the trash; for a rule its ' +
        'id and its first torrent',
    ),
    what: z
      .enum(waitingKinds)
      .describe(
        'approval: a rule asks first. rule: its time runs. wait: a person had a rule wait, or undid what it did. held: your removal can still be taken back. steps: an action ' +
          'of several steps is under way. command: it was sent to a server that is away, which has to show what became ' +
          'of it. trash: it is deleted permanently then. restoring, purging: under way',
      ),
    at: at('When it goes on, if nothing changes; null = not known').nullable(),
    until: at('When it is given up at the latest; null = never, or there is nothing to give up').nullable(),
    waits_for: text('Server that has to be back first; null = none').nullable(),
    waits_for_arr: text('Arr that has to answer first; null = none that you see').nullable(),
    step: z
      .enum(unfinishedSteps)
      .nullable()
      .describe('What it does now; blocklist_shown, removal_shown, recheck_shown: what was sent has to show'),
    ended_by: z
      .enum(stepEnders)
      .nullable()
      .describe(
        'Who ends the step. target: the server that it is copied to. settings: a person who brings its Arr back into the ' +
          'configuration',
      ),
    actions: z.array(z.string()).describe('What is done then'),
    count: count('Torrents'),
    names: z.array(z.string()).describe('At most three'),
    servers: z.array(z.string()).describe('On which servers; of a copy first where it comes from'),
    arr_id: text('Arr that it is about; null = none that you see').nullable(),
    info_hash: text('Torrent, where it is one; null = several, or none').nullable(),
    rule_id: text('Rule; null = none').nullable(),
    rule_name: text('What the rule is called; null = none, or it is gone').nullable(),
    bytes: bytes('What goes with it; null = not known').nullable(),
    progress: DataProgressSchema.nullable().describe(
      'How far the data is that is copied now; null = none is, or the server that it goes to is not yours to see',
    ),
    message: text('Why it waits; null = nothing to say').nullable(),
    answers: z
      .array(z.enum(waitingAnswers))
      .describe(
        'What you can do about it. approve, decline: POST /api/approvals/{id}/…; cancel: POST ' +
          '/api/actions/{id}/undo; restore, purge: for each of ids in /api/trash; wait, do_now: for each of torrents; remove: ' +
          'a removal of yours of all of torrents; go_on: POST /api/journal/{id}/undo for each of ids',
      ),
    ids: z
      .array(z.string())
      .describe('Of what lies in the trash, or of the entries of waits in the journal, at most 500'),
    torrents: z
      .array(z.object({server_id: text('Server'), info_hash: text('Info hash')}))
      .describe('For which the time of a rule runs, at most 200'),
    by: text('User who had it wait; null = no user').nullable(),
    undone: flag('They undid what the rule did; else they had it wait'),
  })
  .meta({id: 'Waiting', description: 'Something that goes on later.'})

export const ActivityNextSchema = z.object({
  waiting: z.array(WaitingSchema).describe('What goes on first comes first, what has no known time last'),
  complete: flag(
    'false = there may be more: an Arr was not read yet, rules are starting, or more than 200 of a kind wait',
  ),
})
