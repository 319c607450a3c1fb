/** What happened to torrents, servers and Arrs, as it travels. */
import {z} from 'zod'
import {deedOutcomes} from '#journal/outcomes.ts'
import {origins} from '#model/command.ts'
import {journalSubjects} from '#model/deed.ts'
import {DeedSchema} from './audit.ts'
import {listParameter, timeParameter, wholeParameter} from './parameters.ts'
import {text} from './units.ts'

const word = z.string().min(1).max(200)
const place = (says: string) => z.string().min(1).max(100).optional().describe(says)
const limit = wholeParameter(1, 500).default(100).describe('Deeds at most')

export const JournalQuery = z.strictObject({
  server_id: listParameter(word, 'On these servers'),
  info_hash: z
    .string()
    .regex(/^[0-9a-fA-F]{40}$/, '40 hexadecimal digits')
    .toLowerCase()
    .optional()
    .describe('On this torrent'),
  actor: word.optional().describe('By somebody, or a rule, of this name'),
  origin: listParameter(z.enum(origins), 'Asked for so; rule = by rules'),
  subject: listParameter(z.enum(journalSubjects), 'About these'),
  verb: listParameter(word, 'What was done'),
  outcome: listParameter(z.enum(deedOutcomes), 'What became of it'),
  from: timeParameter('Begun then or later'),
  to: timeParameter('Begun before'),
  q: word
    .optional()
    .describe('With this text in name, actor, verb, arguments or message; case does not matter'),
  limit,
  before: place('What is older: next_before of the page before'),
})

export const TimelineQuery = z.strictObject({
  server_id: word
    .optional()
    .describe('Which server; needed when several hold the torrent, or none does any more'),
  order: z.enum(['newest', 'oldest']).default('newest').describe('Which come first'),
  after: place('What follows: next_after of the page before, in the same order'),
  limit,
})

export const JournalDeedSchema = DeedSchema.extend({
  outcome: z
    .enum(deedOutcomes)
    .describe('What became of it. held = something said no; simulated = its rule only looks'),
}).meta({id: 'JournalDeed', description: 'One thing that was done, tried or only wanted, with its end.'})

const deeds = (order: string) => z.array(JournalDeedSchema).describe(order)

export const JournalPageSchema = z.object({
  deeds: deeds('Newest first; may be fewer than asked for, even none, before the end'),
  next_before: text(
    'Ask with this as before for what is older, until the next start; null = there is nothing older',
  ).nullable(),
})

export const TimelineSchema = z.object({
  deeds: deeds('In the order that was asked for'),
  next_after: text(
    'Ask with this as after for what follows, until the next start; null = that is all',
  ).nullable(),
})
