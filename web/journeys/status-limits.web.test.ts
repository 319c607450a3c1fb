/** The speeds in the status line open the limits of all servers, and set them where the user may. */
import {expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {Api, until} from '#test/program/program.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const kind = {kind: 'qbittorrent', version: '5.1.0', mix: 'seeding', count: 2} as const
const house = houseFor({
  simulated: [
    {...kind, name: 'box', seed: 1},
    {...kind, name: 'shed', seed: 2},
  ],
})

interface Limits {
  readonly down: number | null
  readonly up: number | null
}
interface Servers {
  readonly servers: readonly {readonly server_id: string; readonly server_name: string}[]
}
async function idOf(name: string): Promise<string> {
  const {servers} = await house().api.get<Servers>('/api/servers')
  return servers.find((it) => it.server_name === name)!.server_id
}
const limitsOf = async (name: string) => house().api.get<Limits>(`/api/servers/${await idOf(name)}/limits`)
const field = (server: string, direction: 'down' | 'up') =>
  say('limits.field', {direction: say(`status.${direction}`), server})

test('of all servers at once and of each, as they are typed', async () => {
  const page = await house().visit('/torrents')
  const bar = page.getByRole('contentinfo', {name: say('status.label')})
  await bar.getByRole('button', {name: new RegExp(`^${say('status.down')}`)}).click()
  const panel = page.getByRole('dialog', {name: say('status.limits')})
  const ofBox = panel.getByRole('spinbutton', {name: field('box', 'up')})
  await until(
    () => ofBox.isEnabled(),
    (isOn) => isOn,
  )
  await panel.getByRole('spinbutton', {name: field(say('limits.all'), 'down')}).fill('2048')
  await ofBox.fill('512')
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `status-limits-${theme}`)
    expect(await seriousFindings(page)).toEqual([])
    expect(await contrastFindings(page)).toEqual([])
  }
  const up = (await limitsOf('shed')).up
  await panel.getByRole('button', {name: say('limits.save')}).click()
  await until(
    () => Promise.all([limitsOf('box'), limitsOf('shed')]),
    ([box, shed]) => box.down === 2_097_152 && box.up === 524_288 && shed.down === 2_097_152,
  )
  expect((await limitsOf('shed')).up).toBe(up)
})

test('a user who may only look sees them, and that they are not theirs to change', async () => {
  const mia = {name: 'mia', password: 'an ample password'}
  await done(house().api.send('POST', '/api/users', {...mia, role: 'member'}))
  for (const name of ['box', 'shed'])
    await done(
      house().api.send('PUT', `/api/servers/${await idOf(name)}/sharing`, {everyone: 'view', users: []}),
    )
  const member = new Api(house().url(''))
  await member.logIn(mia.name, mia.password)
  const page = await house().visit('/torrents', {}, member)
  const bar = page.getByRole('contentinfo', {name: say('status.label')})
  await bar.getByRole('button', {name: new RegExp(`^${say('status.down')}`)}).click()
  const panel = page.getByRole('dialog', {name: say('status.limits')})
  await panel.getByText(say('limits.some-not-yours')).waitFor()
  expect(await panel.getByRole('spinbutton', {name: field('box', 'down')}).isEnabled()).toBe(false)
  expect(await panel.getByRole('button', {name: say('limits.save')}).count()).toBe(0)
})
