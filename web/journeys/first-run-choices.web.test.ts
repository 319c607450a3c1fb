/** The last step of the first run, answered otherwise than "watch": what it says is what the rules do then. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {Page} from 'playwright-core'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {shoot} from '#lab/browser.ts'
import {isFull} from '#test/proof.ts'
import {until} from '#test/program/program.fixture.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {administrator, houseFor} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

interface Rules {
  readonly rules: readonly {readonly name: string; readonly mode: string}[]
}

const removing = {
  name: 'Done seeding',
  mode: 'live',
  scope: {},
  when: {fact: 'ratio', op: 'gte', value: 4},
  do: [{action: 'removeWithData'}],
}
const marking = {
  name: 'Mark films',
  mode: 'live',
  scope: {},
  when: {fact: 'name', op: 'eq', value: 'x'},
  do: [{action: 'tag', names: ['seen']}],
}

/** As the page itself would read it. */
const observing = (page: Page) =>
  page.evaluate(async () => {
    const answer = (await (await fetch('/api/move-in')).json()) as {observing: unknown}
    return answer.observing
  })

const apps = {Radarr: 'radarr', Sonarr: 'sonarr'} as const
let sim: ArrSim
beforeAll(async () => {
  const instances = Object.entries(apps).map(([name, app]) => ({name, app, library: [], downloadClients: []}))
  sim = await createArrSim({backends: {}, instances})
})
afterAll(() => sim.close())

/** One that is added before the last step, and one after it. */
describe.each([
  ['ask', {'Done seeding': 'ask', 'Mark films': 'live', 'Radarr: stalled': 'ask', 'Sonarr: stalled': 'ask'}],
  [
    'act',
    {'Done seeding': 'live', 'Mark films': 'live', 'Radarr: stalled': 'live', 'Sonarr: stalled': 'live'},
  ],
] as const)('%s', (caution, modes) => {
  const house = houseFor({isEmpty: true})
  const addArr = async (name: keyof typeof apps) => {
    const {url, apiKey} = sim.arr(name)
    const body = {name, kind: apps[name], url, api_key: apiKey, category: apps[name]}
    await done(house().api.send('POST', '/api/arrs', body))
  }

  test.runIf(isFull)('is what rules do once it was selected, and nothing watches any more', async () => {
    const page = await house().visit('about:blank', {}, null)
    await page.goto(house().printedAddress)
    await page.getByLabel(say('setup.name'), {exact: true}).fill(administrator.username)
    await page.getByLabel(say('setup.password'), {exact: true}).fill(administrator.password)
    await page.getByRole('button', {name: say('setup.make')}).click()
    await page.getByRole('heading', {level: 1, name: say('setup.servers.title')}).waitFor()
    await house().api.logIn(administrator.username, administrator.password)
    for (const rule of [removing, marking])
      await done(house().api.send('POST', '/api/rules', {rule, confirm: true}))
    await page.getByRole('button', {name: say('setup.skip'), exact: true}).click()
    await page.getByRole('heading', {level: 1, name: say('setup.arrs.title')}).waitFor()
    // Whoever adds one is told before what its rules may do.
    await page
      .getByRole('button', {name: say('setup.arrs.add'), exact: true})
      .first()
      .click()
    await page.getByRole('dialog').getByText(say('arr.form.rules.simulate'), {exact: true}).waitFor()
    await page.keyboard.press('Escape')
    await addArr('Radarr')
    await page.getByRole('button', {name: say('setup.with-arrs', {count: 1}), exact: true}).click()
    await page.getByRole('heading', {level: 1, name: say('setup.rules.title')}).waitFor()
    await page.getByText(say(`setup.caution.${caution}`), {exact: true}).click()
    await page.getByRole('button', {name: say(`setup.caution.${caution}.do`), exact: true}).click()
    await page.waitForURL(house().url('/'))
    expect(await observing(page)).toBeNull()
    await page.goto(house().url('/settings/arrs'))
    await page
      .getByRole('button', {name: say('arrs.add'), exact: true})
      .first()
      .click()
    const careful = page.getByRole('dialog').getByRole('radiogroup', {name: say('arr.form.careful')})
    await careful.getByRole('radio', {name: say('arr.form.careful.watch'), checked: true}).waitFor()
    await shoot(page, `first-run-then-add-${caution}`)
    await addArr('Sonarr')
    const modesNow = async () => {
      const {rules} = await house().api.get<Rules>('/api/rules')
      return Object.fromEntries(rules.map((it) => [it.name, it.mode]))
    }
    const names = Object.keys(modes)
    expect(await until(modesNow, (now) => names.every((name) => name in now))).toMatchObject(modes)
  })
})
