/** Keys with a special negative value take it as -1 alone. */
import {expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {configOf} from '../config-text.fixture.ts'
import type {Field, Shape} from './fields.ts'
import {settingsShape, webuiShape} from './schema.ts'
import {arrShape} from './schema-arrs.ts'
import {serverShapes} from './schema-servers.ts'

function fieldsOf(shape: Shape, above = ''): [string, Field<unknown>][] {
  return Object.entries(shape).flatMap(([key, node]): [string, Field<unknown>][] =>
    node.node === 'field' ? [[above + key, node]] : fieldsOf(node.shape, `${above}${key}.`),
  )
}

/** A priority may be negative, and means it. */
const inOrder = /Priority$/

test.each([
  ['Settings', settingsShape],
  ['WebUI', webuiShape],
  ['Arrs', arrShape],
  ...serverKinds.map((kind) => [kind, serverShapes[kind]] as const),
] as const)(
  'a key of %s that takes -1 takes no other negative value without a word',
  (_name, shape: Shape) => {
    const taken = fieldsOf(shape).filter(
      ([key, field]) =>
        typeof field.read(-5) !== 'string' && field.read(-5) !== undefined && !inOrder.test(key),
    )
    for (const [key, field] of taken) {
      if (field.type === 'secret') continue
      expect([key, field.isLoose(-5), field.isLoose('-5'), field.isLoose(-1), field.isLoose('-1')]).toEqual([
        key,
        true,
        true,
        false,
        false,
      ])
    }
  },
)

test('an inherited negative value stays in force, and is said', async () => {
  const {config, findings} = await configOf('[Settings]\nFreeSpace = "-5"\n')
  expect(config.settings.FreeSpace).toBe(null)
  expect(findings.find(({key}) => key === 'FreeSpace')).toMatchObject({
    severity: 'warning',
    code: 'bad_value',
    found: '"-5"',
    accepted: expect.stringContaining('"-1" for off') as string,
  })
})
