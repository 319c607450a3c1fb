/** A program in which nobody has an account yet: nobody gets one but who has the token of its start. */
import {expect, test} from 'vitest'
import {attackFirstRun} from './first-run.fixture.ts'

test('before the first account strangers change nothing, and keep no one out who has the token', async () => {
  const {found, unattacked, requests} = await attackFirstRun(async (url) => url)
  expect(requests).toBeGreaterThan(400)
  expect(found).toEqual(unattacked)
}, 300_000)
