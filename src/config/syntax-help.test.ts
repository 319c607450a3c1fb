import {expect, test} from 'vitest'
import {configOf} from './config-text.fixture.ts'

const raw = String.raw

test.each([
  ['[Radarr]\nx = 1\n[Sonarr]\n[Radarr]\n', 4, '[Radarr] is given twice. It stands on line 1 already.'],
  [
    '[Radarr]\nCategory = "a"\nManaged = true\nCategory = "b"\n',
    4,
    'Category is given twice. It stands on line 2 already',
  ],
  [raw`[qBit]` + '\n' + raw`Path = "D:\Torrents"` + '\n', 2, raw`Write Path = 'D:\Torrents'`],
  ['[Radarr]\nManaged = True\n', 2, 'Write Managed = true, in small letters.'],
  ['[Radarr]\nManaged = yes\n', 2, 'Write Managed = true, in small letters.'],
  ['[Radarr]\nManaged = FALSE\n', 2, 'Write Managed = false, in small letters.'],
  ['[qBit]\nHost = localhost\n', 2, 'Write Host = "localhost"'],
  ['[qBit]\nHost = 192.168.1.5 # mine\n', 2, 'Write Host = "192.168.1.5":'],
  ['[Radarr]\nURI = http://radarr:7878\n', 2, 'Write URI = "http://radarr:7878"'],
  ['[Settings]\nFreeSpace = 10G\n', 2, 'Write FreeSpace = "10G"'],
  ['[qBit]\nPassword = hunter2\n', 2, 'Write it in quotation marks'],
  ['[qBit]\nMystery = hunter2\n', 2, 'Write it in quotation marks'],
  ['[Radarr]\nURI = http://me:hunter2@radarr:7878\n', 2, 'Write it in quotation marks'],
  ['[Radarr]\nURI = http://radarr:7878?apikey=hunter2\n', 2, 'Write it in quotation marks'],
  [raw`[qBit]` + '\n' + raw`Password = "hunter2\d"` + '\n', 2, 'Write it in single quotes'],
  ['[Sonarr TV]\n', 1, 'Write ["Sonarr TV"]'],
  ['[Radarr\nx = 1\n', 1, 'The ] at the end of [Radarr is missing.'],
  ['[qBit]\nHost: "x"\n', 2, 'Write Host = instead of Host:.'],
  ['[qBit]\nHost =\n', 2, 'The value of Host is missing.'],
  ['[qBit]\nHost = "x\nPort = 1\n', 2, 'The quotation mark at the end of Host is missing.'],
  ['[qBit]\nHost = “x”\n', 2, 'typographic quotation marks'],
  ["[qBit]\nName = 'it's'\n", 2, 'Something stands behind the text of Name'],
])('%j', async (text, line, help) => {
  const loaded = await configOf(text)
  expect(loaded.findings).toMatchObject([{code: 'syntax', line}])
  expect(loaded.findings[0]!.message).toContain(help)
  expect(loaded.findings[0]!.message).toContain('further down is not known yet')
  expect(loaded.findings[0]!.message).not.toContain('hunter2')
})
