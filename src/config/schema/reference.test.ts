import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {format, resolveConfig} from 'prettier'
import {expect, test} from 'vitest'
import {renderReference} from './reference.ts'

const path = join(import.meta.dirname, '../../../docs/configuration.md')
const mark = /^<!-- From here to the end .*-->$/m

test('the documentation tells every key as the schema has it', async () => {
  const written = readFileSync(path, 'utf8')
  const end = mark.exec(written)!
  const head = written.slice(0, end.index + end[0].length)
  const whole = await format(`${head}\n\n${renderReference()}\n`, {
    ...(await resolveConfig(path)),
    parser: 'markdown',
  })
  await expect(whole).toMatchFileSnapshot(path)
})
