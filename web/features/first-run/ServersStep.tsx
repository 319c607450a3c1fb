import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {isOnline} from '../servers/health/health-words.ts'
import {DiscoverPanel} from '../servers/import/DiscoverPanel.tsx'
import {ImportPanel} from '../servers/import/ImportPanel.tsx'
import {FirstServerForm} from './FirstServerForm.tsx'
import {FoundServers} from './FoundServers.tsx'
import {shownSoon} from './shown-soon.ts'
import {StepHead} from './StepHead.tsx'

const ways = ['add', 'import', 'discover'] as const
type Way = (typeof ways)[number]

/** What config.toml brought along, and more servers: by hand, from a list, from an Arr. */
export function ServersStep({onDone}: {onDone: () => void}) {
  const {data: servers = []} = useQuery(shownSoon)
  const [way, setWay] = useState<Way>('add')
  // A form that was sent begins anew.
  const [turn, setTurn] = useState(0)
  const next = () => setTurn(turn + 1)
  const online = servers.filter(({health}) => isOnline(health)).length
  return (
    <>
      <StepHead title={text('setup.servers.title')}>{text('setup.servers.lead')}</StepHead>
      {servers.length > 0 && <FoundServers servers={servers} />}
      <Card
        title={text(servers.length === 0 ? 'setup.add-first' : 'setup.add-another')}
        actions={
          <Segmented
            label={text('setup.way')}
            value={way}
            onChange={setWay}
            options={ways.map((value) => ({value, label: text(`setup.way.${value}`)}))}
          />
        }
      >
        {way === 'add' && <FirstServerForm key={turn} onAdded={next} />}
        {way === 'import' && (
          <div className="grid gap-3">
            <p className="text-pretty text-text-2">{text('setup.import-hint')}</p>
            <ImportPanel key={turn} onDone={next} />
          </div>
        )}
        {way === 'discover' && <DiscoverPanel key={turn} onDone={next} />}
      </Card>
      <footer className="mt-4.5 flex flex-wrap items-center justify-end gap-x-3 gap-y-2 max-phone:sticky max-phone:bottom-0 max-phone:bg-bg max-phone:py-3">
        <span className="text-12 text-text-2">
          {servers.length === 0
            ? text('setup.later')
            : text('setup.connected', {online, total: servers.length})}
        </span>
        <Button
          size="big"
          variant={servers.length === 0 ? 'default' : 'primary'}
          onClick={onDone}
          className="max-phone:flex-1"
        >
          {text(servers.length === 0 ? 'setup.skip' : 'setup.go-on')}
        </Button>
      </footer>
    </>
  )
}
