/** Users, their sessions and invitations as they travel; a password comes in and never goes out. */
import {z} from 'zod'
import {MOST_DAYS, USUAL_DAYS} from '#accounts/invitations.ts'
import {credentials, permissions, roles, userOrigins} from '#model/access.ts'
import {at, flag, passingField, readOnlyField, text} from './units.ts'

export const UserParams = z.strictObject({id: z.string().min(1).max(100).describe('Id of the user')})
export const SessionParams = z.strictObject({id: z.string().min(1).max(100).describe('Id of the session')})
export const InvitationParams = z.strictObject({
  id: z.string().min(1).max(100).describe('Id of the invitation'),
})

export const WhoseSessions = z.strictObject({
  user_id: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Of this user, for administrators; absent = your own'),
})

const role = z.enum(roles)
const name = z.string().min(1).max(256).describe('Name, 1 to 64 characters; case does not matter')
const password = z.string().min(1).max(1024).describe('Password')
const newPassword = z.string().max(1024).describe('New password, at least 10 characters')
const code = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .describe('Of the second step: six digits, or a recovery code')

export const LogInBody = z.strictObject({
  username: z.string().min(1).max(256).describe('Name'),
  password,
  code,
})

export const SetUpBody = z.strictObject({
  username: name,
  password: newPassword,
  token: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Printed when Commodarr started, and in the file setup-token of its data folder'),
  watching: z
    .boolean()
    .optional()
    .describe(
      'What rules may do is said later (POST /api/move-in/watch or confirm); until then they only report. Default: they act',
    ),
})

export const LocalLogInBody = z.strictObject({
  token: z.string().min(1).max(256).describe('Printed when Commodarr started'),
})

export const AcceptBody = z.strictObject({
  token: z.string().min(1).max(256).describe('Of the link'),
  username: name.optional().describe('Name of the new user, when the invitation has none'),
  password: newPassword,
  code,
})

export const OwnPasswordBody = z.strictObject({
  current: z.string().describe('The password you have'),
  next: z.string().describe('The new one, at least 10 characters'),
  keys: z
    .enum(['revoke', 'keep'])
    .default('revoke')
    .describe('What becomes of your API keys; who knew the password may have made some'),
})

export const SetPasswordBody = z.strictObject({password: newPassword})

export const NewUserBody = z.strictObject({
  name,
  role: role.default('member').describe('What the user may do'),
  password: newPassword.optional().describe('Absent = the user sets one by POST /api/users/{id}/reset'),
})

export const readOnlyOfUsers = {
  id: readOnlyField,
  origin: readOnlyField,
  created_at: readOnlyField,
  has_password: passingField,
  two_step: passingField,
  last_seen_at: passingField,
}
export const UserChange = z
  .strictObject({
    name,
    role: role.describe('What the user may do'),
    disabled: z.boolean().describe('true ends all sessions and API keys of the user'),
  })
  .partial()
  .extend(readOnlyOfUsers)

export const RemoveUserQuery = z.strictObject({
  servers: z
    .enum(['transfer', 'remove'])
    .optional()
    .describe('What becomes of the user’s servers; absent = refused while there are some'),
})

export const NewInvitationBody = z.strictObject({
  role: role.default('member').describe('What the user may do'),
  name: name.optional().describe('Name, 1 to 64 characters; absent = the new user enters one'),
  days: z
    .number()
    .int()
    .min(1)
    .max(MOST_DAYS)
    .default(USUAL_DAYS)
    .describe('How long it can be accepted; days'),
})

export const UserSchema = z
  .object({
    id: text('Id'),
    name: text('Name'),
    role: role.describe('What the user may do'),
    origin: z.enum(userOrigins).describe('Where the user logs in; file = declared by the configuration file'),
    disabled: flag('The user cannot log in'),
    has_password: flag('The user can log in with a password'),
    two_step: flag('A second step is asked for'),
    created_at: at('Made'),
    last_seen_at: at('Last seen; null = never').nullable(),
  })
  .meta({id: 'User'})

export const PersonSchema = z
  .object({id: text('Id'), name: text('Name')})
  .meta({id: 'Person', description: 'A user to share with.'})

export const VisitorSchema = z
  .object({
    user_id: text('Id of the user; null = without an account').nullable(),
    name: text('Name'),
    role: role.describe('Role'),
    via: z.enum(credentials).describe('By what the request was authenticated'),
    permissions: z.array(z.enum(permissions)).describe('What the user may do at all'),
  })
  .meta({id: 'Visitor', description: 'The user who asks.'})

export const SessionStateSchema = z
  .object({
    visitor: VisitorSchema.nullable().describe('You; null = not logged in'),
    csrf_token: text('To be sent as X-CSRF-Token with changes; null = no session').nullable(),
    ways: z
      .object({
        password: flag('With name and password'),
        oidc: flag('At a provider: GET /api/oidc/start'),
        proxy: flag('By a proxy in front'),
        local: flag('Without an account, with the token printed at the start: POST /api/session/local'),
      })
      .describe('How one can log in'),
    setup_needed: flag('There is no administrator yet: POST /api/setup, with the token printed at the start'),
    demo: flag('The fleet is simulated, and no login is required'),
  })
  .meta({id: 'SessionState'})

export const SessionSchema = z
  .object({
    id: text('Id'),
    user_id: text('Its user'),
    via: text('How the user logged in: password, oidc, invitation, reset'),
    address: text('Where from'),
    user_agent: text('What the browser calls itself'),
    created_at: at('Logged in'),
    last_used_at: at('Last used'),
    expires_at: at('Ends, when it is not used before'),
    current: flag('The one you ask with'),
  })
  .meta({id: 'Session'})

export const InvitationSchema = z
  .object({
    id: text('Id'),
    role: role.describe('What the new user will be allowed to do'),
    name: text('Name; null = the new user enters one').nullable(),
    created_by: text('Id of the administrator; null = without an account').nullable(),
    created_at: at('Made'),
    expires_at: at('Can be accepted until'),
  })
  .meta({id: 'Invitation', description: 'An invitation that was not accepted yet, without its token.'})

export const MadeInvitation = z.object({
  invitation: InvitationSchema,
  token: text('Of the link, shown this once: anyone who has it becomes a user'),
})

export const MadeReset = z.object({
  token: text('Of the link, shown this once: anyone who has it sets the new password'),
  expires_at: at('Works until'),
})
