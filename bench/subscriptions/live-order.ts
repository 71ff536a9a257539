/** What subscribers ask for. */
export const liveOrder = `subscription ($sn: ID!) {
  homestayOrderStateChanged(sn: $sn) {
    sn state version remark homestay { title } payment { state }
  }
}`;

/** An event. The stage writes into the remark when it sends it. */
export type LiveOrder = { homestayOrderStateChanged: { remark: string } };

/** How long an event was on its way, in milliseconds; NaN for an error. */
export const onItsWay = (event: LiveOrder | null | undefined): number =>
  performance.timeOrigin + performance.now() - Number(event?.homestayOrderStateChanged.remark);
