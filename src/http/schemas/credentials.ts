/** What people prove themselves with, as it travels: keys, second steps, log-in elsewhere. */
import {z} from 'zod'
import {permissions} from '#model/access.ts'
import {LAST_MOMENT} from '#model/units.ts'
import {at, count, flag, passingField, readOnlyField, text} from './units.ts'

export const KeyParams = z.strictObject({id: z.string().min(1).max(100).describe('Id of the key')})
export const UserParams = z.strictObject({id: z.string().min(1).max(100).describe('Id of the user')})

export const WhoseKeys = z.strictObject({
  user_id: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Of this user, for administrators; who comes with the token of the configuration has to say it',
    ),
})

const name = z.string().min(1).max(256).describe('Name, 1 to 64 characters')
const scopes = z
  .array(z.enum(permissions))
  .max(permissions.length)
  .describe('What it may do, never more than its user; read is always among it')
const servers = z
  .array(z.string().min(1).max(200))
  .min(1)
  .max(10_000)
  .nullable()
  .describe('Ids of the only servers it is for; null = all that its user may see')
const expires_at = z
  .number()
  .int()
  .max(LAST_MOMENT)
  .nullable()
  .describe('When it ends; milliseconds since 1970 UTC, null = never')

const secondCode = z.string().min(1).max(64)
const password = z.string().max(1024).describe('The password of this account')
/** Who logs in elsewhere has neither. */
const proof = {
  password: password.optional().describe('The password of this account, when it has one'),
  code: secondCode
    .optional()
    .describe('The six digits of the authenticator, or a recovery code, when a second step is on'),
}

export const NewKey = z.strictObject({
  name,
  scopes: scopes.default(['read']),
  servers: servers.default(null),
  expires_at: expires_at
    .optional()
    .describe('When it ends; milliseconds since 1970 UTC, absent = in a year, null = never'),
  ...proof,
})

export const readOnlyOfKeys = {
  id: readOnlyField,
  user_id: readOnlyField,
  created_at: readOnlyField,
  expired: passingField,
  last_used_at: passingField,
}
export const KeyChange = z
  .strictObject({name, scopes, servers, expires_at, ...proof})
  .partial()
  .extend(readOnlyOfKeys)

export const KeySchema = z
  .object({
    id: text('Id'),
    user_id: text('Its user'),
    name: text('Name'),
    scopes: z.array(z.enum(permissions)).describe('What it may do, within what its user may'),
    servers: z
      .array(z.string())
      .nullable()
      .describe('The only servers it is for; null = all its user may see'),
    created_at: at('Made'),
    expires_at: at('Ends; null = never').nullable(),
    expired: flag('It has ended'),
    last_used_at: at('Last used; null = never').nullable(),
  })
  .meta({id: 'ApiKey', description: 'A key for programs, without the key itself.'})

export const MadeKey = z.object({
  key: KeySchema,
  token: text('The key itself, shown this once: send it as X-API-Token or Authorization: Bearer'),
})

export const RevokedKey = z.object({
  suspended: z
    .array(z.object({kind: z.enum(['rule', 'arr']), id: text('Its id'), name: text('Its name')}))
    .describe('What the key set up, which does nothing now'),
})

export const TwoStepState = z.object({
  on: flag('A second step is asked for'),
  recovery_codes: count('Recovery codes that are left'),
})
export const TwoStepStart = z.strictObject({password})
export const TwoStepSecret = z.object({
  secret: text('For typing into an authenticator; base32'),
  uri: text('The same for a QR code; otpauth'),
  expires_at: at('Until then a code confirms it'),
})
export const TwoStepConfirm = z.strictObject({code: secondCode.describe('The six digits it shows')})
export const RecoveryCodes = z.object({
  recovery_codes: z.array(z.string()).describe('Shown this once; each works once instead of a code'),
})
export const TwoStepEnd = z.strictObject({
  password,
  code: secondCode.describe('The six digits of the authenticator, or a recovery code'),
})

export const StartQuery = z.strictObject({
  return_to: z.string().max(2000).optional().describe('Path of ours to come back to'),
})
