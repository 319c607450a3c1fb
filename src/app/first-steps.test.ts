import {expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {firstSections, firstSteps} from '#app/start-text.ts'

test('the example can be used as it stands, and has a server of each kind that a client speaks', async () => {
  const {config, findings} = await configOf(firstSections)
  expect(findings).toEqual([])
  expect(config.servers.map(({kind}) => kind)).toEqual(serverKinds)
})

test('it says where the file goes', () => {
  expect(firstSteps({expectedPath: '/config/config.toml'})).toContain('config.toml into /config with')
})
