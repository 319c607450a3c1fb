/** The settings of Commodarr as they travel. */
import {z} from 'zod'
import type {SettingValues} from '#model/setting-values.ts'
import {preferenceKeyShape, preferenceLimits} from '#model/saved-view.ts'
import type {Wire} from '../answers/codec.ts'

const days = (most: number, says: string) =>
  z.number().int().min(1).max(most).describe(`${says}; days, 1 to ${most}`)

const historyDays = z.strictObject({
  minutes: days(30, 'Samples of a minute are kept'),
  hours: days(730, 'Samples of an hour are kept'),
  days: days(3_650, 'Samples of a day are kept'),
})

const fields = {
  audit_days: days(3_650, 'Entries of the audit are kept'),
  members_public_only: z.boolean().describe('Servers of members may not have private addresses'),
  member_addresses: z
    .array(
      z.strictObject({
        user_id: z.string().max(64).nullable().describe('Whom it is for; null = all members'),
        address: z
          .string()
          .min(1)
          .max(253)
          .describe('Host as members have to write it: a name in lower case or an address, without port'),
        port: z.number().int().min(1).max(65_535),
      }),
    )
    .max(1_000)
    .describe(
      'Addresses that servers and Arrs of members may have although they are private, or those of a server of ' +
        'another user; the whole list is sent',
    ),
  allowed_folders: z
    .array(
      z.strictObject({
        server_id: z.string().min(1).max(200).describe('A server'),
        folder: z.string().min(1).max(4096).describe('Absolute folder, as the server writes it'),
      }),
    )
    .max(1_000)
    .describe(
      'Folders that everybody with the right to control or add may name on a server, with all below them, beside those ' +
        'that it uses already',
    ),
  session_idle_days: days(365, 'A session ends that was not used for so long'),
  session_absolute_days: days(730, 'A session ends in any case after so long'),
  password_log_in: z
    .boolean()
    .describe('People log in by name and password; false only where an administrator comes in otherwise'),
}

export const SettingsSchema = z
  .object({...fields, history_days: historyDays.describe('How long samples of servers are kept')})
  .meta({id: 'Settings'}) satisfies z.ZodType<Wire<SettingValues>>

const {member_addresses, allowed_folders} = fields
const lists = z.strictObject({member_addresses, allowed_folders}).partial()

export const SettingsChange = z
  .strictObject({
    ...fields,
    history_days: historyDays.partial(),
    add: lists.describe('Rows that these lists are to have, too'),
    remove: lists.describe('Rows that these lists are to have no more'),
  })
  .partial()
  .describe('What is to be different; what is left out stays')

/** Preferences as they travel: what the names and values mean, the pages alone know. */

const {valueBytes} = preferenceLimits

export const PreferencesSchema = z
  .record(z.string(), z.unknown())
  .meta({id: 'Preferences', description: 'Your preferences by name, as the pages wrote them.'})

export const PreferencesChange = z
  .record(z.string(), z.unknown())
  .superRefine((changes, context) => {
    for (const [key, value] of Object.entries(changes)) {
      const objection = objectionTo(key, value)
      if (objection !== null)
        context.addIssue({code: 'custom', path: [key], message: objection, input: value})
    }
  })
  .describe('New values by name; null removes one, what is left out stays')

function objectionTo(key: string, value: unknown): string | null {
  if (!preferenceKeyShape.test(key))
    return 'a name of at most 64 small letters, digits, _ . -, a letter first'
  const isShort = Buffer.byteLength(JSON.stringify(value)) <= valueBytes
  return isShort ? null : `at most ${valueBytes / 1024} KiB as JSON`
}
