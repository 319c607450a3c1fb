import type {z} from 'zod'
import type {SetUpBody} from '#http/schemas/people.ts'
import {ask} from './ask.ts'
import {kept, type SessionState} from './session.ts'

/** Makes the first administrator, and is logged in as him. */
export async function setUp(body: z.input<typeof SetUpBody>): Promise<SessionState> {
  return kept(await ask<SessionState>('/setup', {method: 'POST', body}))
}
