import {useMutation} from '@tanstack/react-query'
import {useState} from 'react'
import {exportServers} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {PasswordInput} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {TabPanel, Tabs} from '../../../ui/Tabs.tsx'
import {DiscoverPanel} from './DiscoverPanel.tsx'
import {ImportPanel} from './ImportPanel.tsx'

const tabs = ['import', 'export', 'discover'] as const
type TabId = (typeof tabs)[number]

/** As high as the highest at first, so that the tabs stay where they are. */
const panel = 'pt-4 phone:min-h-[330px]'

/** Servers by the list: brought in, carried away, found at an Arr. */
export function TransferDialog({tab, onClose}: {tab: TabId; onClose: () => void}) {
  const [shown, setShown] = useState<TabId>(tab)
  return (
    <Dialog open onOpenChange={onClose} size="l" title={text('transfer.title')}>
      <Tabs
        label={text('transfer.title')}
        value={shown}
        onChange={setShown}
        tabs={tabs.map((id) => ({id, label: text(`transfer.tab.${id}`)}))}
      >
        <TabPanel id="import" className={panel}>
          <ImportPanel onDone={onClose} />
        </TabPanel>
        <TabPanel id="export" className={panel}>
          <ExportPanel />
        </TabPanel>
        <TabPanel id="discover" className={panel}>
          <DiscoverPanel onDone={onClose} />
        </TabPanel>
      </Tabs>
    </Dialog>
  )
}

const LEAST = 10

/** The servers one manages as a file; secrets come along only sealed by a passphrase. */
function ExportPanel() {
  const [way, setWay] = useState<'plain' | 'sealed'>('plain')
  const [passphrase, setPassphrase] = useState('')
  const saving = useMutation({
    mutationFn: () => exportServers(way === 'sealed' ? passphrase : null),
    onSuccess: (file) => saveFile(file, 'commodarr-servers.json'),
  })
  const isShort = way === 'sealed' && passphrase.length < LEAST
  return (
    <div className="grid gap-4">
      <RadioCards
        label={text('export.what')}
        value={way}
        onChange={setWay}
        options={[
          {value: 'plain', label: text('export.plain'), hint: text('export.plain.hint')},
          {
            value: 'sealed',
            label: text('export.sealed'),
            hint: text('export.sealed.hint'),
            more: (
              <Field label={text('export.passphrase')} hint={text('export.passphrase.hint')}>
                <PasswordInput
                  autoComplete="new-password"
                  value={passphrase}
                  onChange={(event) => setPassphrase(event.target.value)}
                />
              </Field>
            ),
          },
        ]}
      />
      {saving.error && (
        <Note tone="bad" isNews>
          {saving.error.message}
        </Note>
      )}
      <Button
        variant="primary"
        className="justify-self-end"
        onClick={() => saving.mutate()}
        disabledReason={isShort ? text('export.short') : undefined}
        waitsFor={saving.isPending ? text('export.busy') : undefined}
      >
        {text('export.do')}
      </Button>
    </div>
  )
}

function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = Object.assign(document.createElement('a'), {href: address, download: name})
  link.click()
  URL.revokeObjectURL(address)
}
