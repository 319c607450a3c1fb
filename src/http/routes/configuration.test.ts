import {afterEach, expect, test} from 'vitest'
import type {FastifyInstance} from 'fastify'
import {configOf} from '#config/config-text.fixture.ts'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {configurationRoutes} from './configuration.ts'

let app: FastifyInstance | undefined
afterEach(async () => app?.close())

const none: Parameters<typeof configurationRoutes>[1] = {view: () => null, confirm: async () => {}}

async function ask(loaded: Parameters<typeof configurationRoutes>[0], who = 'ada') {
  const servers = fakeServers({})
  const people = {
    ada: principalOf(person('ada', 'administrator'), servers),
    bob: principalOf(person('bob', 'member'), servers),
  }
  app = await routeRig({signIns: [byHeader(people)], routes: [configurationRoutes(loaded, none)]})
  return app.inject({url: '/api/configuration', headers: {'x-who': who}})
}

test('an administrator sees what runs, what is off and why, and every finding, without a secret', async () => {
  const loaded = await configOf(
    '[qBit]\nHost = "h"\nPort = 1\nPassword = "hunter2"\n[Radar-4K]\nManaged = true\nURI = "u"\nAPIKey = "hunter3"\n',
    {COMMODARR_PORT: '7000'},
  )
  const answer = await ask(() => loaded)
  expect(answer.json()).toMatchObject({
    sections: [
      {section: 'qBit', kind: 'qbittorrent', is_server: true, is_on: true, reason: ''},
      {section: 'Radar-4K', kind: 'radarr', is_server: false, is_on: false, reason: 'its name is not known'},
    ],
    findings: [{severity: 'error', code: 'section_unread', line: 5}],
    variables: [{variable: 'COMMODARR_PORT', key: 'WebUI.Port'}],
    values: [
      {section: 'qBit', key: 'Host', line: 2, variable: null, value: null},
      {section: 'qBit', key: 'Port', line: 3},
      {section: 'qBit', key: 'Password', line: 4, value: null},
      {section: 'Radar-4K', key: 'Managed', line: 6},
      {section: 'Radar-4K', key: 'URI', line: 7},
      {section: 'Radar-4K', key: 'APIKey', line: 8},
      {section: 'WebUI', key: 'Port', line: null, variable: 'COMMODARR_PORT', value: '"7000"'},
    ],
  })
  expect(answer.body).not.toContain('hunter')
})

test('for others it is no business', async () => {
  expect((await ask(() => null, 'bob')).statusCode).toBe(403)
})

test('where no file is read there is nothing to show', async () => {
  expect((await ask(() => null)).json()).toEqual({
    path: null,
    sections: [],
    findings: [],
    variables: [],
    values: [],
    lost: null,
  })
})
