import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'

const sources = (folder: string) =>
  readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((name) =>
    /(?<!\.test|\.fixture)\.ts$/.test(name),
  )

test('nothing that decides about rights looks at where a connection comes from, but who believes a proxy', () => {
  const http = join(import.meta.dirname, '..')
  const looking = sources(http).filter((name) =>
    /\bremoteAddress\b|\blocalAddress\b|isLoopbackAddress/.test(readFileSync(join(http, name), 'utf8')),
  )
  // Beside it only what is counted by connection.
  expect(looking.filter((name) => !name.startsWith('security'))).toEqual([join('sign-in', 'proxy.ts')])
})
