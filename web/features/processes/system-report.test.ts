import {expect, test} from 'vitest'
import {systemReport} from './system-report.ts'

type Report = Parameters<typeof systemReport>[0]

const status = {
  version: '1.2.3',
  ready: true,
  demo: false,
  observing: null,
  storage: {ok: true, since: '2026-11-30T00:00:00Z', code: null, message: ''},
  arrs: [
    {
      id: 'radarr-secret',
      name: 'Cellar',
      type: 'radarr',
      state: 'away',
      queued: null,
      category: 'secret-films',
    },
  ],
  torrents: 12,
  webui: {host: 'host.secret', port: 1, url_base: ''},
} as unknown as Report['status']

test('a report names versions, kinds and states, and nothing by which an installation is known', () => {
  const report = systemReport({
    status,
    servers: [
      {
        server_type: 'qbittorrent',
        version: '5.1.0',
        status: 'offline',
        reason: 'refused',
        torrents: 12,
        enabled: true,
        latency_ms: null,
      },
    ],
    configuration: {
      path: '/secret/config.toml',
      findings: [{severity: 'error', code: 'bad_value', key: 'Trackers.secret', line: 4, found: 'secret'}],
    } as unknown as Report['configuration'],
    browser: 'Firefox',
  })
  expect(report).toBe(
    [
      'Commodarr 1.2.3',
      'Database: works',
      'Torrents: 12',
      'Server: qbittorrent 5.1.0, offline (refused), 12 torrents, – ms',
      'Arr: radarr, away, queue not known',
      'config.toml: error bad_value (line 4)',
      'Browser: Firefox',
    ].join('\n'),
  )
  expect(report).not.toMatch(/secret|Cellar/)
})
