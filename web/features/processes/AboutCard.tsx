import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Copy} from 'lucide-react'
import {configurationQuery} from '../../api/sections.ts'
import {statusQuery} from '../../api/status.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {AwaitedCard} from '../../ui/Awaited.tsx'
import {Card} from '../../ui/Card.tsx'
import {DefinitionList} from '../../ui/DefinitionList.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {writeClipboard} from '../../ui/write-clipboard.ts'
import {systemReport} from './system-report.ts'

/** Which Commodarr this is, and what a person who asks for help copies. For administrators. */
export function AboutCard() {
  const reading = useQuery(statusQuery)
  const {data: configuration} = useQuery(configurationQuery)
  const servers = useServers() ?? []
  const {send, isBusy, error} = useSending()
  const {data: status} = reading
  if (status === undefined) return <AwaitedCard reading={reading} title={text('about-program')} />
  const {version, webui, storage} = status
  const copy = () =>
    void send(async () => {
      await writeClipboard(systemReport({status, servers, configuration, browser: navigator.userAgent}))
      toast({text: text('about-program.copied'), tone: 'good'})
    })
  return (
    <Card
      title={text('about-program')}
      actions={
        <Button icon={Copy} onClick={copy} waitsFor={isBusy ? text('about-program.copying') : undefined}>
          {text('about-program.copy')}
        </Button>
      }
    >
      <DefinitionList
        entries={[
          {id: 'version', term: text('about-program.version'), value: version},
          {
            id: 'updates',
            term: text('about-program.updates'),
            value: text('about-program.updates.unchecked'),
          },
          {
            id: 'address',
            term: text('about-program.address'),
            value: `${webui.host}:${webui.port}${webui.url_base}`,
          },
          {
            id: 'file',
            term: text('about-program.file'),
            value: configuration?.path ?? text('about-program.no-file'),
          },
          {
            id: 'database',
            term: text('about-program.database'),
            value: storage?.ok === false ? storage.message : text('about-program.database.ok'),
          },
          {
            id: 'log',
            term: text('about-program.log'),
            value: (
              <Link to="/settings" hash="setting:ConsoleLevel" className={textLinkClass}>
                ConsoleLevel
              </Link>
            ),
          },
        ]}
      />
      {error !== '' && <output className="mt-2 block text-12 text-st-error">{error}</output>}
    </Card>
  )
}
