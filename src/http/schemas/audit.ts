/** Who did what, as it travels. */
import {z} from 'zod'
import {journalPhases} from '#journal/entry.ts'
import {origins} from '#model/command.ts'
import {journalSubjects} from '#model/audit-event.ts'
import {listParameter, timeParameter, wholeParameter} from './parameters.ts'
import {at, text} from './units.ts'

const word = z.string().min(1).max(200)

const filter = {
  actor: word.optional().describe('By somebody of this name'),
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
  limit: wholeParameter(1, 500).default(100).describe('Deeds at most'),
  before: z.string().min(1).max(100).optional().describe('What is older: next_before of the page before'),
})

export const AuditExportQuery = z.strictObject(filter)

export const DeedSchema = z
  .object({
    id: text('Id of the deed, which all its steps share'),
    at: at('When it began'),
    ended_at: at('When its last step was written'),
    actor: text('Who did it'),
    user_id: text('The user; null = nobody with an account').nullable(),
    address: text('Where the request came from; null = from within, or nobody else’s business').nullable(),
    origin: z.enum(origins).describe('How it was asked for'),
    subject: z.enum(journalSubjects).describe('What it is about'),
    verb: text('What was done'),
    server_id: text('Server; null = it concerns none').nullable(),
    info_hash: text('Torrent; null = it concerns none').nullable(),
    name: text('Of the torrent, user, key, server or setting, as it was called then').nullable(),
    args: z.record(z.string(), z.unknown()).describe('With what; never a secret'),
    phase: z
      .enum(journalPhases)
      .describe(
        'Its last step. confirmed = done; sent = the server took it; unconfirmed = nobody knows; expired = never sent; waiting = for a person; blocked = a guard said no, or not yet; undone = taken back',
      ),
    code: text('Why not: a code of docs/errors.md; null = none').nullable(),
    message: text('Why not, in words; null = none').nullable(),
  })
  .meta({id: 'Deed', description: 'One thing that somebody did or tried, with its end.'})

export const AuditPageSchema = z.object({
  deeds: z.array(DeedSchema).describe('Newest first; may be fewer than asked for, even none, before the end'),
  next_before: text(
    'Ask with this as before for what is older, until the next start; null = there is nothing older',
  ).nullable(),
})
