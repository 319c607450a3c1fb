import {expect, test} from 'vitest'
import {configOf} from './config-text.fixture.ts'

const arr = (seeding: string, rows = '') =>
  `[Radarr]\nManaged = true\nURI = "http://a:7878"\nAPIKey = "k"\n${rows}[Radarr.Torrent.SeedingMode]\n${seeding}\n`
const qbit = (seeding: string, {managed = '["linux"]', rows = ''} = {}) =>
  `[qBit]\nHost = "a"\nManagedCategories = ${managed}\n[qBit.CategorySeeding]\n${seeding}\n${rows}`
const row = (of: string, limits: string) => `[[${of}Trackers]]\nURI = "https://t.example/a"\n${limits}\n`

test.each<[why: string, text: string, at: readonly string[]]>([
  ['1 without a ratio', arr('RemoveTorrent = 1\nMaxSeedingTime = "1d"'), ['Radarr.Torrent.SeedingMode']],
  ['2 without a time', arr('RemoveTorrent = 2\nMaxUploadRatio = 1'), ['Radarr.Torrent.SeedingMode']],
  ['3 without either', arr('RemoveTorrent = 3\nMaxUploadRatio = 0'), ['Radarr.Torrent.SeedingMode']],
  ['4 with one of both', qbit('RemoveTorrent = 4\nMaxUploadRatio = 1'), ['qBit.CategorySeeding']],
  ['3 with one of both', arr('RemoveTorrent = 3\nMaxSeedingTime = 60'), []],
  ['never', qbit('RemoveTorrent = -1'), []],
  ['nothing managed', qbit('RemoveTorrent = 1', {managed: '[]'}), []],
  ['the limit of a tracker', qbit('RemoveTorrent = 1', {rows: row('qBit.', 'MaxUploadRatio = 2')}), []],
  ['that of a tracker of the server', arr('RemoveTorrent = 1') + row('qBit.', 'MaxUploadRatio = 2'), []],
  [
    'both halves in two places',
    qbit('RemoveTorrent = 4\nMaxUploadRatio = 1', {rows: row('qBit.', 'MaxSeedingTime = 60')}),
    [],
  ],
])('B.9 a mode without its limit is reported once, with its line: %s', async (_why, text, at) => {
  const {findings} = await configOf(text)
  const reported = findings.filter((it) => it.path?.endsWith('RemoveTorrent'))
  expect(reported.map((it) => it.path)).toEqual(at.map((place) => `${place}.RemoveTorrent`))
  for (const {line, severity, accepted} of reported) {
    expect(text.split('\n')[line! - 1]).toMatch(/^RemoveTorrent/)
    expect([severity, accepted]).toEqual(['warning', expect.stringContaining('a limit beside it')])
  }
})
