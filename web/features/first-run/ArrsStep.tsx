import {useQuery} from '@tanstack/react-query'
import {Plus} from 'lucide-react'
import {useState} from 'react'
import {arrsQuery, type Arr} from '../../api/arrs.ts'
import {serversQuery} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {arrKindName} from '../arrs/arr-health.ts'
import {ArrDialog} from '../arrs/form/ArrDialog.tsx'
import {StepFrame} from './StepFrame.tsx'

const REFRESH_MS = 2_000

/** The Arrs that config.toml brought along, and more of them. */
export function ArrsStep({isNow, onBack, onDone}: {isNow: boolean; onBack: () => void; onDone: () => void}) {
  const reading = useQuery({...arrsQuery, refetchInterval: REFRESH_MS, enabled: isNow})
  const {data: arrs = []} = reading
  const {data: servers = []} = useQuery(serversQuery)
  const [isAdding, setAdding] = useState(false)
  return (
    <StepFrame
      isNow={isNow}
      title={text('setup.arrs.title')}
      lead={text('setup.arrs.lead')}
      footer={
        <>
          <Button size="big" variant="ghost" onClick={onBack} className="-ml-4">
            {text('setup.back')}
          </Button>
          <span className="flex-1" />
          <Button size="big" variant="primary" onClick={onDone} className="max-phone:flex-1">
            {arrs.length === 0 ? text('setup.skip') : text('setup.with-arrs', {count: arrs.length})}
          </Button>
        </>
      }
    >
      {isNow && reading.error && <Awaited reading={reading} what={text('setup.arrs.here')} />}
      {arrs.length > 0 && (
        <Card title={text('setup.arrs.here')} isPadded={false}>
          <ul aria-live="polite">
            {arrs.map((arr) => (
              <ArrRow key={arr.id} arr={arr} />
            ))}
          </ul>
        </Card>
      )}
      <Card>
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 flex-1 text-pretty text-text-2">
            {text(servers.length === 0 ? 'setup.arrs.add-lead-servers' : 'setup.arrs.add-lead')}
          </p>
          <Button
            variant={arrs.length === 0 ? 'primary' : 'default'}
            onClick={() => setAdding(true)}
            className="max-phone:w-full"
          >
            <Icon icon={Plus} />
            {text('setup.arrs.add')}
          </Button>
        </div>
      </Card>
      {isAdding && <ArrDialog staysHere onClose={() => setAdding(false)} />}
    </StepFrame>
  )
}

function ArrRow({arr: {name, kind, url, manager}}: {arr: Arr}) {
  const version = manager?.version ?? ''
  return (
    <li className="grid gap-0.5 border-t border-line px-4 py-3 first:border-0">
      <span>
        <b className="font-medium">{name}</b>{' '}
        <span className="text-text-2 wrap-anywhere">
          {text('setup.at', {kind: `${arrKindName(kind)} ${version}`.trim(), url: url ?? ''})}
        </span>
      </span>
      <span className="text-12 text-pretty text-text-2">
        {manager === null
          ? text('setup.arrs.waits')
          : (manager.fault ?? text('setup.arrs.works', {count: manager.queued ?? 0}))}
      </span>
    </li>
  )
}
