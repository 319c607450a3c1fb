import {expect, test} from 'vitest'
import {fileDiff} from './file-diff.ts'

const before = `# APIKey = "commented-secret"
[qBit]
Host = "a"
Password = "hunter2"
Pasword = """
two
lines"""
Port = 8080

[Radarr] # films
URI = "http://user:hunter3@radarr"
APIKey = 12345
Managed = true
Unknown = "hunter4"
Trackers = [
  "https://one.example/0123456789abcdef01234567/announce",
]
Category = "films"
`

test('no line that is shown holds what may be a secret, whatever its key is called', () => {
  const after = before
    .replace('Port = 8080', 'Port = 8081')
    .replace('"films"', '"movies"')
    .replace('# APIKey', '\n# APIKey')
  const shown = JSON.stringify(fileDiff(before, after))
  for (const secret of ['hunter', 'commented-secret', 'two', 'lines', '12345', '0123456789abcdef']) {
    expect(shown, secret).not.toContain(secret)
  }
  expect(shown).toContain('Port = 8081')
})

for (const comment of [
  '# Password = "hunter2"',
  '# qBit.Password = "hunter2"',
  '# "Password" = "hunter2"',
  '# Password: hunter2',
  '# old Password = "hunter2"',
  '# Category = "x" # Password = "hunter2"',
  '# Host = "x", Password = "hunter2"',
  '# { Host = "x", Password = "hunter2" }',
  '# see http://user:hunter2@host/',
]) {
  test(`a comment with a secret is hidden, below a key and within a list: ${comment}`, () => {
    const text = `[qBit]\nPort = 1\n${comment}\nManagedCategories = [ ${comment}\n  "films", ${comment}\n]\nHost = "a" ${comment}\n`
    expect(JSON.stringify(fileDiff(text, text.replace('Port = 1', 'Port = 2')))).not.toContain('hunter2')
    expect(JSON.stringify(fileDiff(text, text.replace('"a"', '"b"')))).not.toContain('hunter2')
  })
}

test('comments in words, and values that were switched off, are shown', () => {
  const text =
    '[Settings]\n# as before the move\nFreeSpace = "10G" # for the others\n# FreeSpaceFolder = "/data"\n'
  const [lines] = fileDiff(text, text.replace('10G', '20G'))
  expect(lines!.map((it) => it.text)).toEqual([
    '[Settings]',
    '# as before the move',
    'FreeSpace = "10G" # for the others',
    'FreeSpace = "20G" # for the others',
    '# FreeSpaceFolder = "/data"',
  ])
})

test('changes that are far apart are shown apart, each by its line', () => {
  const after = before.replace('Host = "a"', 'Host = "b"').replace('"films"', '"movies"')
  const hunks = fileDiff(before, after).map((hunk) => hunk.filter(({is}) => is !== 'kept'))
  expect(hunks).toEqual([
    [
      {is: 'removed', line: 3, text: 'Host = "a"'},
      {is: 'added', line: 3, text: 'Host = "b"'},
    ],
    [
      {is: 'removed', line: 18, text: 'Category = "films"'},
      {is: 'added', line: 18, text: 'Category = "movies"'},
    ],
  ])
})

test('a file with Windows ends of lines, and one whose last line has no end, are shown as they are', () => {
  expect(fileDiff('A = 1\r\nFreeSpace = 1\r\n', 'A = 1\r\nFreeSpace = 2\r\n')[0]).toMatchObject([
    {is: 'kept'},
    {is: 'removed', text: 'FreeSpace = 1'},
    {is: 'added', text: 'FreeSpace = 2'},
  ])
  expect(fileDiff('FreeSpace = 1', 'FreeSpace = 2')).toEqual([
    [
      {is: 'removed', line: 1, text: 'FreeSpace = 1'},
      {is: 'added', line: 1, text: 'FreeSpace = 2'},
    ],
  ])
  expect(fileDiff(before, before)).toEqual([])
})
