/** The last step of the first run, answered otherwise than "watch": what it says is what the rules do then. */
import {describe, expect, test} from 'vitest'
import type {Page} from 'playwright-core'
import {isFull} from '#test/proof.ts'
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

describe.each([
  ['ask', {'Done seeding': 'ask', 'Mark films': 'live'}],
  ['act', {'Done seeding': 'live', 'Mark films': 'live'}],
] as const)('%s', (caution, modes) => {
  const house = houseFor({isEmpty: true})

  test.runIf(isFull)('is what rules do once it was chosen, and nothing watches any more', async () => {
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
    await page.getByRole('button', {name: say('setup.skip'), exact: true}).click()
    await page.getByRole('heading', {level: 1, name: say('setup.rules.title')}).waitFor()
    await page.getByText(say(`setup.caution.${caution}`), {exact: true}).click()
    await page.getByRole('button', {name: say(`setup.caution.${caution}.do`), exact: true}).click()
    await page.waitForURL(house().url('/'))
    expect(await observing(page)).toBeNull()
    const {rules} = await house().api.get<Rules>('/api/rules')
    expect(Object.fromEntries(rules.map(({name, mode}) => [name, mode]))).toMatchObject(modes)
  })
})
