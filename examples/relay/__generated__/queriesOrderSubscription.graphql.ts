/**
 * @generated SignedSource<<2aa17d3bc427dbc79ac7682ea15073d5>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type OrderState = "CANCELLED" | "EXPIRED" | "REFUNDED" | "USED" | "WAIT_PAY" | "WAIT_USE" | "%future added value";
export type queriesOrderSubscription$variables = {
  sn: string;
};
export type queriesOrderSubscription$data = {
  readonly homestayOrderStateChanged: {
    readonly closeAt: any;
    readonly id: string;
    readonly state: OrderState;
  };
};
export type queriesOrderSubscription = {
  response: queriesOrderSubscription$data;
  variables: queriesOrderSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "sn"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "sn",
        "variableName": "sn"
      }
    ],
    "concreteType": "HomestayOrder",
    "kind": "LinkedField",
    "name": "homestayOrderStateChanged",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "state",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "closeAt",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "queriesOrderSubscription",
    "selections": (v1/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "queriesOrderSubscription",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "314a08e87bcdd4251efc092f79c946e9",
    "id": null,
    "metadata": {},
    "name": "queriesOrderSubscription",
    "operationKind": "subscription",
    "text": "subscription queriesOrderSubscription(\n  $sn: ID!\n) {\n  homestayOrderStateChanged(sn: $sn) {\n    id\n    state\n    closeAt\n  }\n}\n"
  }
};
})();

(node as any).hash = "7bc751b8bf51d4878e0bdf170b7fb697";

export default node;
