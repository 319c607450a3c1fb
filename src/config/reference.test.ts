import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {format} from 'oxfmt'
import {expect, test} from 'vitest'
import {renderReference} from './reference.ts'

const path = join(import.meta.dirname, '../../docs/reference/configuration.md')
const mark = /^<!-- From here to the end .*-->$/m

test('the documentation lists every key as the schema has it', async () => {
  const written = readFileSync(path, 'utf8')
  const end = mark.exec(written)!
  const head = written.slice(0, end.index + end[0].length)
  const {code, errors} = await format(path, `${head}\n\n${renderReference()}\n`, {
    embeddedLanguageFormatting: 'off',
  })
  expect(errors).toEqual([])
  await expect(code).toMatchFileSnapshot(path)
})
