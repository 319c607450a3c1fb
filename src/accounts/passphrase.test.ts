import {expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {openWithPassphrase, encryptWithPassphrase} from './passphrase.ts'

/** What is tested here does not depend on the price. */
const cheap = 14
const words = new Secret('correct horse é')

test('what was encrypted with a passphrase opens with it alone', async () => {
  const encrypted = await encryptWithPassphrase('{"servers":[]} ü', words, cheap)
  expect(encrypted).toMatch(/^commodarr\.v1\.scrypt\./)
  expect(encrypted).not.toContain('servers')
  expect(await openWithPassphrase(`\n${encrypted}\n`, words)).toBe('{"servers":[]} ü')
  await expect(openWithPassphrase(encrypted, new Secret('correct horse e'))).rejects.toMatchObject({
    code: 'import_invalid',
  })
  // The same letters, composed by another keyboard.
  expect(await openWithPassphrase(encrypted, new Secret('correct horse e\u0301'))).toContain('servers')
})

const otherFirst = (text: string) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`

test('a text that was changed, also in its header, does not open', async () => {
  const encrypted = await encryptWithPassphrase('{"servers":[]}', words, cheap)
  const parts = encrypted.split('.')
  const changed = [
    [...parts.slice(0, 3), '15', ...parts.slice(4)],
    [...parts.slice(0, 4), otherFirst(parts[4]!), ...parts.slice(5)],
    [...parts.slice(0, 6), `${parts[6]!.slice(0, -4)}AAAA`],
  ]
  for (const text of changed) {
    await expect(openWithPassphrase(text.join('.'), words)).rejects.toMatchObject({code: 'import_invalid'})
  }
})

test.each([
  '',
  'hello',
  'commodarr.v1.scrypt',
  `commodarr.v1.scrypt.99.${'A'.repeat(22)}.${'A'.repeat(16)}.${'A'.repeat(30)}`,
  `commodarr.v1.scrypt.01.${'A'.repeat(22)}.${'A'.repeat(16)}.${'A'.repeat(30)}`,
])('what is no such text, or would take for ever to stretch, is refused at once: %s', async (text) => {
  await expect(openWithPassphrase(text, words)).rejects.toMatchObject({
    code: 'import_invalid',
    message: expect.stringContaining('not a text that was encrypted'),
  })
})

test('unless set otherwise a passphrase is stretched with 128 MiB', async () => {
  expect(await encryptWithPassphrase('x', words)).toMatch(/^commodarr\.v1\.scrypt\.17\./)
})

test('a passphrase of nine characters encrypts nothing', async () => {
  await expect(encryptWithPassphrase('x', new Secret('123456789'))).rejects.toMatchObject({
    code: 'bad_argument',
  })
})
