import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Dialog} from '../../../ui/Dialog.tsx'
import {TabPanel, Tabs} from '../../../ui/Tabs.tsx'
import {DiscoverPanel} from './DiscoverPanel.tsx'
import {ExportPanel} from './ExportPanel.tsx'
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
