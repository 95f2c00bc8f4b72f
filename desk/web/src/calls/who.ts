import type { Call } from "../api/types";
import { phoneNumber } from "../format/number";

/** The customer's name, else the number. */
export function whoOf(call: Pick<Call, "customer" | "caller">): string {
  const { customer } = call;
  const name = typeof customer === "string" ? customer : customer?.name;
  return name || phoneNumber(call.caller);
}

const SURE = 0.9;

/** Nobody is called by a name that is not sure; a number is what it is. */
export function isSure(call: Pick<Call, "customer" | "match">): boolean {
  return !call.customer || !call.match || call.match.confidence >= SURE;
}
