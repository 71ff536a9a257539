/**
 * @generated SignedSource<<76256bab8f0953af89cf38a877438fd8>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type OrderState = "CANCELLED" | "EXPIRED" | "REFUNDED" | "USED" | "WAIT_PAY" | "WAIT_USE" | "%future added value";
export type queriesOrderQuery$variables = {
  sn: string;
};
export type queriesOrderQuery$data = {
  readonly homestayOrder: {
    readonly closeAt: any;
    readonly id: string;
    readonly sn: string;
    readonly snapshot: {
      readonly title: string;
    };
    readonly state: OrderState;
    readonly total: {
      readonly amount: any;
      readonly currency: any;
    };
  } | null | undefined;
};
export type queriesOrderQuery = {
  response: queriesOrderQuery$data;
  variables: queriesOrderQuery$variables;
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
    "name": "homestayOrder",
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
        "name": "sn",
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
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "HomestaySnapshot",
        "kind": "LinkedField",
        "name": "snapshot",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "title",
            "storageKey": null
          }
        ],
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "Money",
        "kind": "LinkedField",
        "name": "total",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "amount",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "currency",
            "storageKey": null
          }
        ],
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
    "name": "queriesOrderQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "queriesOrderQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "e2799781b4e803fc35916ebd03564981",
    "id": null,
    "metadata": {},
    "name": "queriesOrderQuery",
    "operationKind": "query",
    "text": "query queriesOrderQuery(\n  $sn: ID!\n) {\n  homestayOrder(sn: $sn) {\n    id\n    sn\n    state\n    closeAt\n    snapshot {\n      title\n    }\n    total {\n      amount\n      currency\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "20b39e350ccac0fd5bee8ad8cde16e23";

export default node;
